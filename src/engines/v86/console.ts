import { concatBytes } from '#domain/bytes/index.ts';
import { TerminalTranscript } from '#domain/guest/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { SessionConsole } from '#ports/engine.ts';
import type { V86Queue } from './internals.ts';

type Sink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** Milliseconds for which output is gathered before it is handed on: half a frame. */
const GATHER_MS = 8;
/** Bytes handed out and not acknowledged at which the guest is held, and at which it goes on (xterm.js, "Flow control"). */
const HIGH_WATER = 384 * 1024;
const LOW_WATER = 64 * 1024;
/** Bytes of one input buffer: the driver offers a page, v86 drops what does not fit. */
const INPUT_BYTES = 1024;
/** Milliseconds until input is offered again to a guest that has no buffer free. */
const INPUT_RETRY_MS = 4;

/** The wires below the console. */
export interface ConsoleWires {
  /** The queue into which the guest puts buffers for input. */
  readonly inputQueue: V86Queue;
  send(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Holds the guest, or lets it go on. */
  hold(held: boolean): void;
}

/**
 * The virtio console (hvc0) of a v86 machine.
 * Linux writes to it with a spinlock held and spins until the host takes the bytes, so an unread queue would not slow
 * the writer but freeze the guest: flow control holds the whole machine instead.
 */
export class V86Console implements SessionConsole {
  readonly #wires: ConsoleWires;
  /** Who is shown what comes, and how many bytes each has not acknowledged. */
  readonly #sinks = new Map<Sink, number>();
  readonly #transcript: TerminalTranscript;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #held = false;
  #input: Uint8Array[] = [];
  #barred = false;
  readonly #timers: { output: Timer; input: Timer } = { output: undefined, input: undefined };

  /** @param shown what the terminal showed when the state was saved */
  constructor(wires: ConsoleWires, shown: Uint8Array<ArrayBuffer> | undefined) {
    this.#wires = wires;
    this.#transcript = new TerminalTranscript(shown);
  }

  /** Bytes that draw the terminal again. */
  get shown(): Uint8Array<ArrayBuffer> {
    this.#flush();
    return this.#transcript.replay();
  }

  attach(sink: Sink, { signal }: Cancellable = {}): void {
    if (signal?.aborted) return;
    this.#flush();
    this.#sinks.set(sink, 0);
    signal?.addEventListener('abort', () => this.#detach(sink));
    void this.#deliver(sink, this.#transcript.replay());
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += INPUT_BYTES) this.#input.push(bytes.slice(at, at + INPUT_BYTES));
    this.#pump();
  }

  /** Keeps what is typed from the guest until then. */
  bar(until: Promise<unknown>): void {
    this.#barred = true;
    const open = (): void => {
      this.#barred = false;
      this.#pump();
    };
    until.then(open, open);
  }

  resize(columns: number, rows: number): void {
    this.#wires.resize(columns, rows);
  }

  /** Takes what the guest wrote. */
  receive(bytes: Uint8Array): void {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.#balance();
    this.#timers.output ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  dispose(): void {
    clearTimeout(this.#timers.output);
    clearTimeout(this.#timers.input);
    this.#sinks.clear();
  }

  #flush(): void {
    clearTimeout(this.#timers.output);
    this.#timers.output = undefined;
    if (this.#gathered.length === 0) return;
    const bytes = concatBytes(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#transcript.add(bytes);
    for (const sink of this.#sinks.keys()) void this.#deliver(sink, bytes);
  }

  async #deliver(sink: Sink, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#count(sink, bytes.length);
    try {
      await sink(bytes);
      this.#count(sink, -bytes.length);
    } catch {
      // A sink that fails is gone (its tab closed).
      this.#detach(sink);
    }
  }

  /** A sink that is gone must not hold the guest. */
  #detach(sink: Sink): void {
    this.#sinks.delete(sink);
    this.#balance();
  }

  #count(sink: Sink, bytes: number): void {
    const before = this.#sinks.get(sink);
    if (before !== undefined) this.#sinks.set(sink, before + bytes);
    this.#balance();
  }

  /** Holds the guest while much waits for a sink, until little does. */
  #balance(): void {
    const unacknowledged = Math.max(0, ...this.#sinks.values()) + (this.#sinks.size > 0 ? this.#gatheredBytes : 0);
    const held = unacknowledged > (this.#held ? LOW_WATER : HIGH_WATER);
    if (held === this.#held) return;
    this.#held = held;
    this.#wires.hold(held);
  }

  #pump(): void {
    clearTimeout(this.#timers.input);
    if (this.#barred) return;
    const queue = this.#wires.inputQueue;
    while (this.#input.length > 0 && queue.is_configured() && queue.has_request()) {
      const bytes = this.#input.shift();
      if (bytes) this.#wires.send(bytes);
    }
    if (this.#input.length > 0) this.#timers.input = setTimeout(() => this.#pump(), INPUT_RETRY_MS);
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;
