import { compareText } from './versions.ts';

/** How a source did lately. */
export interface MirrorHealth {
  /** Failures since its last answer. */
  readonly failures: number;
  /** Milliseconds until the first byte of its last answer. */
  readonly latency: number | undefined;
  /** It is left alone until then, in milliseconds since the epoch. */
  readonly retryAt: number | undefined;
}

export interface RankedMirror {
  readonly url: string;
  /** Place in the user's order; 0 is first. */
  readonly priority: number;
  readonly health: MirrorHealth;
}

/**
 * Best first: by the user's order, then fewer failures, then lower latency. Those that are left alone for now come after
 * all others: they are asked only when nobody else has it.
 * @param now milliseconds since the epoch
 */
export function orderMirrors<T extends RankedMirror>(mirrors: readonly T[], now: number): T[] {
  const resting = ({ health }: T): number => Number((health.retryAt ?? 0) > now);
  return mirrors.toSorted((a, b) => resting(a) - resting(b) || compareMirrors(a, b));
}

function compareMirrors(a: RankedMirror, b: RankedMirror): number {
  return (
    a.priority - b.priority ||
    a.health.failures - b.health.failures ||
    compareNumbers(a.health.latency ?? Infinity, b.health.latency ?? Infinity) ||
    compareText(a.url, b.url)
  );
}

/** Infinity less Infinity is no number. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
