import { signal, type ReadonlySignal } from '@preact/signals';

/** Keys that phones' keyboards lack, in the order of the key row. */
export const ROW_KEYS = ['Escape', 'Tab', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight', '|', '/', '-'] as const;

export type RowKey = (typeof ROW_KEYS)[number];

/** Final letters of the arrow keys' sequences (ECMA-48 cursor movements). */
const ARROWS: Readonly<Partial<Record<RowKey, string>>> = {
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
};

/** The terminal that the keys go to. */
export interface KeyboardLine {
  input(data: string): void;
  /** True while the guest asked for application cursor keys (DECCKM), as vi and less do. */
  applicationCursor(): boolean;
}

/** The key row of a touch screen: keys that type at once, and a Ctrl that holds for the next key. */
export class KeyboardModel {
  readonly #ctrl = signal(false);
  #line: KeyboardLine | undefined;

  /** True while Ctrl waits for its key. */
  get ctrl(): ReadonlySignal<boolean> {
    return this.#ctrl;
  }

  /** From now on the keys go to `line`. */
  connect(line: KeyboardLine): void {
    this.#line = line;
  }

  toggleCtrl(): void {
    this.#ctrl.value = !this.#ctrl.peek();
  }

  press(key: RowKey): void {
    this.#line?.input(sequenceOf(key, this.#line.applicationCursor()));
  }

  /** What a key that was typed becomes under the waiting Ctrl. */
  apply(data: string): string {
    if (!this.#ctrl.peek() || data.length !== 1) return data;
    this.#ctrl.value = false;
    return withControl(data);
  }
}

function sequenceOf(key: RowKey, applicationCursor: boolean): string {
  const arrow = ARROWS[key];
  if (arrow !== undefined) return `\u001b${applicationCursor ? 'O' : '['}${arrow}`;
  if (key === 'Escape') return '\u001b';
  return key === 'Tab' ? '\t' : key;
}

/** The control character of a key: the low five bits of `@`…`_`, as terminals have it since ASCII. */
function withControl(character: string): string {
  const code = character.toUpperCase().charCodeAt(0);
  if (code >= 0x40 && code <= 0x5f) return String.fromCharCode(code & 0x1f);
  return character === '?' ? '\u007f' : character;
}
