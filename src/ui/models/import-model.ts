import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';

/** A file that a machine is made of. */
export type ImportState =
  | { readonly name: 'importing'; readonly file: string; readonly share: number }
  | { readonly name: 'failed'; readonly file: string; readonly error: ErrorRecord };

/** Makes machines of files. One at a time. */
export class ImportModel {
  readonly #portolan: Pick<Portolan, 'import'>;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #onImported: (machine: Machine) => void;
  readonly #state = signal<ImportState | undefined>(undefined);
  #abort: AbortController | undefined;

  constructor(
    portolan: Pick<Portolan, 'import'>,
    shell: Pick<Shell, 'report'>,
    onImported: (machine: Machine) => void,
  ) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#onImported = onImported;
  }

  /** Undefined while nothing is imported. */
  get state(): ReadonlySignal<ImportState | undefined> {
    return this.#state;
  }

  async take(file: File): Promise<void> {
    if (this.#abort) return;
    const abort = new AbortController();
    this.#abort = abort;
    const onProgress = (share: number): void => {
      if (!abort.signal.aborted) this.#state.value = { name: 'importing', file: file.name, share };
    };
    onProgress(0);
    try {
      const machine = await this.#portolan.import(file, { signal: abort.signal, onProgress });
      this.#state.value = undefined;
      this.#onImported(machine);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(file, error);
    } finally {
      this.#abort = undefined;
    }
  }

  /** The user calls it off, or has seen why it failed. */
  close(): void {
    this.#abort?.abort();
    this.#state.value = undefined;
  }

  #fail(file: File, error: unknown): void {
    this.#shell.report(error);
    this.#state.value = { name: 'failed', file: file.name, error: AppError.from(error).toRecord() };
  }
}
