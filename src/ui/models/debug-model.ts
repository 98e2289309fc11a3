import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Diagnosis, Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import { formatReport } from './debug-report.ts';
import type { Environment } from './environment.ts';

/** What the debug panel shows, gathered anew whenever it opens. */
export class DebugModel {
  readonly #shell: Shell;
  readonly #environment: Environment;
  readonly #abort = new AbortController();
  readonly #diagnosis = signal<Diagnosis | undefined>(undefined);
  readonly #problem = signal<ErrorRecord | undefined>(undefined);
  readonly #copied = signal(false);
  readonly #stop: () => void;

  constructor(shell: Shell, environment: Environment) {
    this.#shell = shell;
    this.#environment = environment;
    this.#stop = effect(() => {
      if (environment.debug.value) void this.refresh();
    });
    shell.onChange(() => this.#refreshIfOpen(), { signal: this.#abort.signal });
  }

  get open(): ReadonlySignal<boolean> {
    return this.#environment.debug;
  }

  get diagnosis(): ReadonlySignal<Diagnosis | undefined> {
    return this.#diagnosis;
  }

  /** Why the last diagnosis failed. */
  get problem(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#problem;
  }

  /** True once the report of what is shown is on the clipboard. */
  get copied(): ReadonlySignal<boolean> {
    return this.#copied;
  }

  async refresh(): Promise<void> {
    try {
      this.#diagnosis.value = await this.#shell.diagnose();
      this.#copied.value = false;
      this.#problem.value = undefined;
    } catch (error) {
      // Not reported: a report is a change, and a change brings the next diagnosis.
      this.#problem.value = AppError.from(error).toRecord();
    }
  }

  async copy(): Promise<void> {
    const diagnosis = this.#diagnosis.peek();
    if (diagnosis === undefined) return;
    const error = await attempt(this.#shell, () => this.#environment.copy(formatReport(diagnosis)));
    this.#copied.value = error === undefined;
  }

  close(): void {
    this.#environment.setDebug(false);
  }

  dispose(): void {
    this.#stop();
    this.#abort.abort();
  }

  #refreshIfOpen(): void {
    if (this.#environment.debug.peek()) void this.refresh();
  }
}
