import type { Cancellable } from '#ports/cancellation.ts';
import type { MachineService } from '#ports/machine-service.ts';
import type { MachineConsole } from '#ports/portolan.ts';
import { toBytes } from './to-bytes.ts';

type Sink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;
/** What a session's terminal line is reached through: its worker, or the tab that runs it. */
export type ConsoleService = Pick<MachineService, 'attachConsole' | 'writeConsole' | 'resizeConsole'>;
/** In characters. */
export type TerminalSize = readonly [columns: number, rows: number];

/** "Reset to initial state" (ECMA-48, RIS): what an earlier session drew goes, before the next is drawn. */
const RESET = Uint8Array.of(0x1b, 0x63);

/** The terminal line of a machine on the page: outlives the sessions of the machine. */
export class ConsoleHub implements MachineConsole {
  readonly #sinks = new Set<Sink>();
  #service: ConsoleService | undefined;
  /** Of this page's own terminal. */
  #size: TerminalSize | undefined;
  /** What the guest was told last: the size of whoever used its terminal last, here or in another tab. */
  #told: TerminalSize | undefined;

  /** Connects a session that has just started; all sinks see what its terminal shows. */
  connect(service: ConsoleService): void {
    this.#service = service;
    this.#told = undefined;
    this.fit(this.#size);
    for (const sink of this.#sinks) this.#attach(sink, service);
  }

  /** The guest has restarted in the same session: tells it its terminal's size again. False when none is connected. */
  restarted(): boolean {
    const size = this.#told ?? this.#size;
    this.#told = undefined;
    this.fit(size);
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
    this.fit(this.#size);
    this.type(toBytes(input));
  }

  resize(columns: number, rows: number): void {
    this.#size = [columns, rows];
    this.fit(this.#size);
  }

  /** Gives the guest's terminal the size of the one that is used now; undefined: it has none to tell. */
  fit(size: TerminalSize | undefined): void {
    if (!size || !this.#service || (size[0] === this.#told?.[0] && size[1] === this.#told[1])) return;
    this.#told = size;
    this.#service.resizeConsole(...size).catch(ignoreEnd);
  }

  type(bytes: Uint8Array<ArrayBuffer>): void {
    this.#service?.writeConsole(bytes).catch(ignoreEnd);
  }

  #attach(sink: Sink, service: ConsoleService): void {
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
