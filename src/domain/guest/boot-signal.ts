/**
 * What the guest's init says of itself on the first serial port, between the kernel's lines:
 * `portolan: stage NAME` and, once, `portolan: ready` when the shell shows its first prompt.
 */
export type BootSignal = { readonly type: 'stage'; readonly name: string } | { readonly type: 'ready' };

const SIGNAL = /^portolan: (?:stage (?<name>[a-z-]+)|ready)\s*$/;

/** The signal in a line of the serial port; undefined for any other line. */
export function parseBootSignal(line: string): BootSignal | undefined {
  const match = SIGNAL.exec(line);
  if (!match) return undefined;
  const name = match.groups?.['name'];
  return name === undefined ? { type: 'ready' } : { type: 'stage', name };
}
