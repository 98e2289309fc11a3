/** One line of a package's `triggers` file (deb-triggers(5)). */
export interface TriggerLine {
  readonly kind: 'interest' | 'activate';
  readonly isAwaited: boolean;
  /** A name, or an absolute path. */
  readonly trigger: string;
}

/** @param text the file; empty where a package has none */
export function parseTriggers(text: string): TriggerLine[] {
  return [...text.matchAll(/^\s*(interest|activate)(-noawait|-await)?\s+([^\s#]+)/gm)].map(
    ([, kind, await_, trigger = '']) => ({
      kind: kind === 'interest' ? 'interest' : 'activate',
      isAwaited: await_ !== '-noawait',
      trigger,
    }),
  );
}
