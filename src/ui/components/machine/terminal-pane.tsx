import { useEffect, useRef } from 'preact/hooks';
import type { TerminalSlot } from '#ui/terminal/terminal-slot.ts';

interface TerminalPaneProps {
  readonly slot: TerminalSlot;
  /** False while something covers it. */
  readonly usable: boolean;
}

/** The place of the terminal. It has its size from the start, so the guest knows it before its first prompt. */
export function TerminalPane({ slot, usable }: TerminalPaneProps) {
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => (pane.current === null ? undefined : slot.show(pane.current)), [slot]);
  return <div ref={pane} class="terminal-pane" inert={!usable} />;
}
