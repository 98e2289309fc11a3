import { signal, type ReadonlySignal } from '@preact/signals';
import { hasRoom, type MemoryRoom } from '#domain/memory/index.ts';
import type { Portolan } from '#ports/portolan.ts';

/** What a machine is made of: its container's id or digest, and catalogs that may have it beside the user's sources. */
export interface Startable {
  readonly container: string;
  readonly sources?: readonly string[] | undefined;
}

/** Asks before a machine starts that this device may have no memory for. */
export class MemoryModel {
  readonly #portolan: Pick<Portolan, 'memoryFor'>;
  readonly #asking = signal<MemoryRoom | undefined>(undefined);
  #start: (() => Promise<unknown>) | undefined;

  constructor(portolan: Pick<Portolan, 'memoryFor'>) {
    this.#portolan = portolan;
  }

  /** What there is for the machine whose start waits for the user's word. */
  get asking(): ReadonlySignal<MemoryRoom | undefined> {
    return this.#asking;
  }

  /** Starts a machine, or asks first. @returns what `start` gives; undefined when the user has to decide */
  async start<T>({ container, sources }: Startable, start: () => Promise<T>): Promise<T | undefined> {
    // What cannot be told keeps nobody from trying: the start itself says what is wrong.
    const room = await this.#portolan.memoryFor(container, sources).catch(() => undefined);
    if (!room || hasRoom(room)) return start();
    this.#start = start;
    this.#asking.value = room;
    return undefined;
  }

  /** The user said: start anyway. */
  async confirm(): Promise<void> {
    const start = this.#start;
    this.cancel();
    await start?.();
  }

  cancel(): void {
    this.#start = undefined;
    this.#asking.value = undefined;
  }
}
