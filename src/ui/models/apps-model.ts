import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ListeningPort } from '#domain/guest/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Machine } from '#ports/portolan.ts';

/** Milliseconds between two looks at what listens, while somebody looks at the list. */
const LOOK_MS = 2000;

/** A server in the guest, and where its pages are; no address where this window has no origin for them. */
export interface AppEntry extends ListeningPort {
  readonly url: string | undefined;
}

/** The web servers of a machine. */
export class AppsModel {
  readonly #machine: Machine;
  readonly #ports = signal<readonly ListeningPort[] | undefined>(undefined);
  readonly #error = signal<ErrorRecord | undefined>(undefined);
  readonly #looking = signal<AbortController | undefined>(undefined);
  readonly open = computed(() => this.#looking.value !== undefined);
  /** Undefined until the guest has said. */
  readonly list: ReadonlySignal<readonly AppEntry[] | undefined>;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.list = computed(() => this.#ports.value?.map((each) => ({ ...each, url: machine.appUrl(each.port) })));
  }

  /** Why the guest could not be asked. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  show(): void {
    if (this.#looking.peek()) return;
    const looking = new AbortController();
    this.#looking.value = looking;
    this.#ports.value = undefined;
    this.#error.value = undefined;
    void this.#look(looking.signal);
  }

  close(): void {
    this.#looking.peek()?.abort();
    this.#looking.value = undefined;
  }

  async #look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#ports.value = await this.#machine.listeningPorts({ signal });
        this.#error.value = undefined;
      } catch (error) {
        if (!signal.aborted) this.#error.value = AppError.from(error).toRecord();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
