import { signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from '#ui/models/attempt.ts';
import { KeyboardModel } from '#ui/models/keyboard-model.ts';
import type { TerminalView } from './terminal-view.ts';

/** Where a machine's terminal will be: there at once, while xterm.js itself is fetched when first needed. */
export class TerminalSlot {
  readonly keyboard = new KeyboardModel();
  readonly #shell: Pick<Shell, 'report'>;
  readonly #make: () => Promise<TerminalView>;
  readonly #problem = signal<ErrorRecord | undefined>(undefined);
  #view: TerminalView | undefined;
  #loading: Promise<void> | undefined;
  #shown = false;
  #wantsFocus = false;
  #disposed = false;

  constructor(shell: Pick<Shell, 'report'>, make: () => Promise<TerminalView>) {
    this.#shell = shell;
    this.#make = make;
  }

  /** Why the terminal could not be made. */
  get problem(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#problem;
  }

  /** Puts the terminal into `parent` as soon as it is there. @returns takes it out again */
  show(parent: HTMLElement): () => void {
    let hide: (() => void) | undefined;
    let wanted = true;
    const place = () => {
      if (!wanted) return;
      hide = this.#view?.show(parent);
      this.#shown = true;
      if (this.#wantsFocus) this.focus();
    };
    // Making and opening a terminal are two tasks, so that neither keeps the page from answering.
    void this.#load().then(() => setTimeout(place));
    return () => {
      wanted = false;
      this.#shown = false;
      this.#wantsFocus = false;
      hide?.();
    };
  }

  /** Focuses the terminal, now or when it is there. */
  focus(): void {
    this.#wantsFocus = !this.#shown;
    if (this.#shown) this.#view?.focus();
  }

  dispose(): void {
    this.#disposed = true;
    this.#view?.dispose();
  }

  #load(): Promise<void> {
    this.#loading ??= attempt(this.#shell, async () => this.#adopt(await this.#make())).then((error) => {
      this.#problem.value = error;
      if (error !== undefined) this.#loading = undefined;
    });
    return this.#loading;
  }

  #adopt(view: TerminalView): void {
    if (this.#disposed) view.dispose();
    else this.#view = view;
  }
}
