import type { Cancellable } from '#ports/cancellation.ts';
import type { MachineService } from '#ports/machine-service.ts';
import type { MachineConsole } from '#ports/portolan.ts';

type Sink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** "Reset to initial state" (ECMA-48, RIS): what an earlier session drew goes, before the next is drawn. */
const RESET = Uint8Array.of(0x1b, 0x63);

/** The terminal line of a machine on the page: outlives the sessions of the machine. */
export class ConsoleHub implements MachineConsole {
  readonly #sinks = new Set<Sink>();
  #service: MachineService | undefined;
  #size: readonly [columns: number, rows: number] | undefined;

  /** Connects a session that has just started; all sinks see what its terminal shows. */
  connect(service: MachineService): void {
    this.#service = service;
    if (this.#size) this.resize(...this.#size);
    for (const sink of this.#sinks) this.#attach(sink, service);
  }

  /** The guest has restarted in the same session: tells it its terminal's size again. False when none is connected. */
  restarted(): boolean {
    if (this.#size) this.resize(...this.#size);
    return this.#service !== undefined;
  }

  disconnect(): void {
    this.#service = undefined;
  }

  attach(sink: Sink, { signal }: Cancellable = {}): void {
    this.#sinks.add(sink);
    signal?.addEventListener('abort', () => this.#sinks.delete(sink));
    if (this.#service) this.#attach(sink, this.#service);
  }

  write(input: string | Uint8Array<ArrayBuffer>): void {
    const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    this.#service?.writeConsole(bytes).catch(ignoreEnd);
  }

  resize(columns: number, rows: number): void {
    this.#size = [columns, rows];
    this.#service?.resizeConsole(columns, rows).catch(ignoreEnd);
  }

  #attach(sink: Sink, service: MachineService): void {
    void sink(RESET.slice());
    const relay = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
      // The worker lets go of a sink that throws.
      if (!this.#sinks.has(sink)) throw new Error('this view of the terminal is closed');
      await sink(bytes);
    };
    service.attachConsole(relay).catch(ignoreEnd);
  }
}

/** A machine may end while a key is on its way: there is nothing to tell. */
function ignoreEnd(): void {}
