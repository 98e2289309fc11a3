import type { Terminal } from '@xterm/xterm';

/** What the terminal's own shortcuts do. */
export interface ShortcutActions {
  copy(text: string): void;
  /** Moves the focus out of the terminal, which keeps Tab for the guest. */
  leave(): void;
}

/** Keeps the page's shortcuts from the guest; all other keys, Ctrl+C among them, are the guest's. */
export function installShortcuts(terminal: Terminal, actions: ShortcutActions): void {
  terminal.attachCustomKeyEventHandler((event) => {
    if (!event.shiftKey || !(event.ctrlKey || event.metaKey) || event.altKey) return true;
    if (event.code === 'KeyV') return false; // The browser pastes; xterm.js takes the paste event.
    if (event.code !== 'KeyC' && event.code !== 'ArrowUp') return true;
    event.preventDefault(); // Chromium would open its inspector on Ctrl+Shift+C.
    if (event.type === 'keydown') run(event.code, terminal, actions);
    return false;
  });
}

function run(code: 'KeyC' | 'ArrowUp', terminal: Terminal, actions: ShortcutActions): void {
  if (code === 'ArrowUp') actions.leave();
  else if (terminal.hasSelection()) actions.copy(terminal.getSelection());
}
