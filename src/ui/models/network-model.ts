import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { NetworkReport } from '#ports/network-desk.ts';
import type { Machine } from '#ports/portolan.ts';
import { RepeatedLook } from './repeated-look.ts';

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
  readonly #formError = signal<ErrorRecord | undefined>(undefined);
  readonly #looks = new RepeatedLook(LOOK_MS, () => this.#read());

  constructor(machine: Pick<Machine, 'network' | 'setRelay'>) {
    this.#machine = machine;
  }

  get open(): ReadonlySignal<boolean> {
    return this.#looks.open;
  }

  /** Undefined until the machine has said. */
  get report(): ReadonlySignal<NetworkReport | undefined> {
    return this.#report;
  }

  /** Why the machine could not be asked. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#looks.error;
  }

  /** Why what the user wanted was not set. */
  get formError(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#formError;
  }

  show(): void {
    if (this.open.peek()) return;
    this.#report.value = undefined;
    this.#formError.value = undefined;
    this.#looks.begin();
  }

  close(): void {
    this.#looks.end();
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

  async #read(): Promise<void> {
    this.#report.value = await this.#machine.network();
  }
}
