import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Shell } from '#ports/shell.ts';

export type QueryState<T> =
  | { readonly name: 'loading' }
  | { readonly name: 'ready'; readonly value: T }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

/**
 * Something that is read again whenever it changed. Once there is a value, a read that fails leaves it there. However
 * many changes come while one read is under way, one more follows it.
 */
export class LiveQuery<T> {
  readonly #read: (signal: AbortSignal) => Promise<T>;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #abort = new AbortController();
  readonly #state = signal<QueryState<T>>({ name: 'loading' });
  #running: Promise<void> | undefined;
  #wanted = false;

  constructor(shell: Pick<Shell, 'report'>, read: (signal: AbortSignal) => Promise<T>) {
    this.#shell = shell;
    this.#read = read;
  }

  get state(): ReadonlySignal<QueryState<T>> {
    return this.#state;
  }

  /** What was read last; undefined before the first answer. */
  get value(): T | undefined {
    const state = this.#state.value;
    return state.name === 'ready' ? state.value : undefined;
  }

  /** Aborted once this is disposed of: for listeners that call `refresh`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Reads again. Resolves when what is shown is no older than this call. */
  refresh(): Promise<void> {
    this.#wanted = true;
    this.#running ??= this.#readWhileWanted();
    return this.#running;
  }

  /** Reads again after a failure, from the beginning. */
  retry(): Promise<void> {
    this.#state.value = { name: 'loading' };
    return this.refresh();
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #readWhileWanted(): Promise<void> {
    while (this.#wanted && !this.#abort.signal.aborted) {
      this.#wanted = false;
      await this.#readOnce();
    }
    this.#running = undefined;
  }

  async #readOnce(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const value = await this.#read(signal);
      if (!signal.aborted) this.#state.value = { name: 'ready', value };
    } catch (error) {
      if (signal.aborted) return;
      this.#shell.report(error);
      if (this.#state.peek().name !== 'ready') {
        this.#state.value = { name: 'failed', error: AppError.from(error).toRecord() };
      }
    }
  }
}
