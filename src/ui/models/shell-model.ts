import { signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';

/** The application's own state, as signals. */
export class ShellModel {
  readonly #shell: Shell;
  readonly #abort = new AbortController();
  readonly #limitation = signal<ErrorRecord | undefined>(undefined);
  readonly #updateReady = signal(false);
  readonly #installable = signal(false);
  readonly #online = signal(true);

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#read();
    shell.onChange(() => this.#read(), { signal: this.#abort.signal });
  }

  get limitation(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#limitation;
  }

  get updateReady(): ReadonlySignal<boolean> {
    return this.#updateReady;
  }

  get installable(): ReadonlySignal<boolean> {
    return this.#installable;
  }

  get online(): ReadonlySignal<boolean> {
    return this.#online;
  }

  /** False where no machine can run at all. */
  get canBoot(): boolean {
    return this.#limitation.value?.code !== 'app/no-webassembly';
  }

  async install(): Promise<void> {
    await attempt(this.#shell, () => this.#shell.install());
  }

  dispose(): void {
    this.#abort.abort();
  }

  #read(): void {
    this.#limitation.value = this.#shell.limitation;
    this.#updateReady.value = this.#shell.updateReady;
    this.#installable.value = this.#shell.installable;
    this.#online.value = this.#shell.online;
  }
}
