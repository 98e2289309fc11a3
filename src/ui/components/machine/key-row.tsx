import { ROW_KEYS, type RowKey } from '#ui/models/keyboard-model.ts';
import type { TerminalSlot } from '#ui/terminal/terminal-slot.ts';

const FACES: Readonly<Partial<Record<RowKey, { readonly text: string; readonly label?: string }>>> = {
  Escape: { text: 'Esc' },
  ArrowLeft: { text: '←', label: 'Left arrow' },
  ArrowUp: { text: '↑', label: 'Up arrow' },
  ArrowDown: { text: '↓', label: 'Down arrow' },
  ArrowRight: { text: '→', label: 'Right arrow' },
  '|': { text: '|', label: 'Pipe' },
  '/': { text: '/', label: 'Slash' },
  '-': { text: '-', label: 'Dash' },
};

/** Keys that a phone's keyboard lacks. The stylesheet shows it where the pointer is coarse. */
export function KeyRow({ slot }: { readonly slot: TerminalSlot }) {
  const { keyboard } = slot;
  return (
    <div class="key-row" role="group" aria-label="Terminal keys" onPointerDown={keepFocus} onMouseDown={keepFocus}>
      <button type="button" class="key" aria-pressed={keyboard.ctrl.value} onClick={() => keyboard.toggleCtrl()}>
        Ctrl
      </button>
      {ROW_KEYS.map((key) => (
        <button key={key} type="button" class="key" aria-label={FACES[key]?.label} onClick={() => keyboard.press(key)}>
          {FACES[key]?.text ?? key}
        </button>
      ))}
    </div>
  );
}

/** A tap that took the focus from the terminal would close the keyboard on the screen. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
