/**
 * What the guest's init says of itself on the first serial port, between the kernel's lines:
 * `portolan: stage NAME` and, once, `portolan: ready` when the shell shows its first prompt.
 */
export type BootSignal = { readonly type: 'stage'; readonly name: string } | { readonly type: 'ready' };

const SIGNAL = /^portolan: (?:stage (?<name>[a-z-]+)|ready)\s*$/;

/** Why a machine stopped. */
export type HaltReason = 'poweroff' | 'reboot' | 'panic';

/** The kernel's last words (Linux: kernel/reboot.c, kernel/panic.c). */
const LAST_WORDS: readonly (readonly [RegExp, HaltReason])[] = [
  [/reboot: (?:Power down|System halted)/, 'poweroff'],
  [/Kernel panic - not syncing/, 'panic'],
];

/** Why the kernel is about to stop, when a line of its log says so. */
export function parseLastWords(line: string): HaltReason | undefined {
  return LAST_WORDS.find(([words]) => words.test(line))?.[1];
}

/** The signal in a line of the serial port; undefined for any other line. */
export function parseBootSignal(line: string): BootSignal | undefined {
  const match = SIGNAL.exec(line);
  if (!match) return undefined;
  const name = match.groups?.['name'];
  return name === undefined ? { type: 'ready' } : { type: 'stage', name };
}
