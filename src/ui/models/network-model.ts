import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { NetworkReport } from '#ports/network-desk.ts';
import type { Machine } from '#ports/portolan.ts';

/** Milliseconds between two looks at what passes, while somebody looks at it. */
const LOOK_MS = 1000;

/** What a machine's way to the world is, in a word or two. */
export const RELAY_LABELS: Readonly<Record<RelayState['name'], string>> = {
  off: 'No network',
  connecting: 'Network: connecting',
  connected: 'Network on',
  failed: 'Network: failed',
};

/** The way of a machine's guest to the world: what it is, and what the user sets. */
export class NetworkModel {
  readonly #machine: Pick<Machine, 'network' | 'setRelay'>;
  readonly #report = signal<NetworkReport | undefined>(undefined);
  readonly #error = signal<ErrorRecord | undefined>(undefined);
  readonly #formError = signal<ErrorRecord | undefined>(undefined);
  readonly #looking = signal<AbortController | undefined>(undefined);
  readonly open = computed(() => this.#looking.value !== undefined);

  constructor(machine: Pick<Machine, 'network' | 'setRelay'>) {
    this.#machine = machine;
  }

  /** Undefined until the machine has said. */
  get report(): ReadonlySignal<NetworkReport | undefined> {
    return this.#report;
  }

  /** Why the machine could not be asked. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  /** Why what the user wanted was not set. */
  get formError(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#formError;
  }

  show(): void {
    if (this.#looking.peek()) return;
    const looking = new AbortController();
    this.#looking.value = looking;
    this.#report.value = undefined;
    this.#error.value = undefined;
    this.#formError.value = undefined;
    void this.#look(looking.signal);
  }

  close(): void {
    this.#looking.peek()?.abort();
    this.#looking.value = undefined;
  }

  /** Turns it on, over the relay at `url`, or off; one that has failed is tried again. */
  async set(url: string | undefined): Promise<void> {
    this.#formError.value = undefined;
    try {
      await this.#machine.setRelay(url);
      await this.#read();
    } catch (error) {
      this.#formError.value = AppError.from(error).toRecord();
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read(signal);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #read(signal?: AbortSignal): Promise<void> {
    try {
      const report = await this.#machine.network();
      if (signal?.aborted) return;
      this.#report.value = report;
      this.#error.value = undefined;
    } catch (error) {
      if (!signal?.aborted) this.#error.value = AppError.from(error).toRecord();
    }
  }
}
