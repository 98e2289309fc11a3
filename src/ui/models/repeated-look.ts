import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';

/** What is looked at again and again for as long as somebody has it open, and why it cannot be when it cannot. */
export class RepeatedLook {
  readonly #everyMs: number;
  readonly #look: (signal: AbortSignal) => Promise<void>;
  readonly #looking = signal<AbortController | undefined>(undefined);
  readonly #error = signal<ErrorRecord | undefined>(undefined);
  readonly open = computed(() => this.#looking.value !== undefined);

  /** @param everyMs milliseconds between two looks */
  constructor(everyMs: number, look: (signal: AbortSignal) => Promise<void>) {
    this.#everyMs = everyMs;
    this.#look = look;
  }

  /** Why the last look failed. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  begin(): void {
    const looking = new AbortController();
    this.#looking.value = looking;
    this.#error.value = undefined;
    void this.#repeat(looking.signal);
  }

  end(): void {
    this.#looking.peek()?.abort();
    this.#looking.value = undefined;
  }

  /** Does something beside, which can fail in the same ways. */
  async ask(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    try {
      await work();
      if (!signal?.aborted) this.#error.value = undefined;
    } catch (error) {
      if (!signal?.aborted) this.#error.value = AppError.from(error).toRecord();
    }
  }

  async #repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.ask(() => this.#look(signal), signal);
      await new Promise((resolve) => setTimeout(resolve, this.#everyMs));
    }
  }
}
