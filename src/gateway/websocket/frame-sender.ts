import { encodeFrame, OPCODE, type Opcode } from './frame.ts';

interface Outgoing {
  readonly opcode: Opcode;
  readonly payload: Uint8Array;
  /** Bytes that are on their way already. */
  sent: number;
}

/** Bytes of a message that go in one frame: answers to pings need not wait for more than that. */
const FRAGMENT_BYTES = 64 * 1024;

/** Sends messages in order, in frames, as the server takes them; answers to pings go in between, and a close frame is the last. */
export class FrameSender {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #onSent: (bytes: number) => void;
  readonly #queue: Outgoing[] = [];
  #pong: Uint8Array | undefined;
  #close: Uint8Array | undefined;
  #onClosed: () => void = () => undefined;
  #running = false;
  #over = false;

  /** @param onSent is told of the bytes of messages that the connection has taken */
  constructor(writer: WritableStreamDefaultWriter<Uint8Array>, onSent: (bytes: number) => void) {
    this.#writer = writer;
    this.#onSent = onSent;
  }

  send(opcode: Opcode, payload: Uint8Array): void {
    if (this.#close || this.#over) return;
    this.#queue.push({ opcode, payload, sent: 0 });
    this.#run();
  }

  /** Answers a ping; one that waits to be answered is answered with this, too (RFC 6455, 5.5.3). */
  pong(payload: Uint8Array): void {
    this.#pong = payload;
    this.#run();
  }

  /**
   * Sends a close frame, after all messages, and nothing after it; only the first one counts.
   * @param onClosed is called when the connection has taken it
   */
  close(payload: Uint8Array, onClosed: () => void): void {
    if (this.#close) return;
    this.#close = payload;
    this.#onClosed = onClosed;
    this.#run();
  }

  #run(): void {
    if (this.#running || this.#over) return;
    this.#running = true;
    this.#sendAll().then(
      () => (this.#running = false),
      // The connection has failed: whoever reads is told.
      () => (this.#over = true),
    );
  }

  async #sendAll(): Promise<void> {
    for (let step = this.#next(); step; step = this.#next()) {
      await this.#writer.write(step.frame);
      step.taken();
    }
  }

  #next(): { readonly frame: Uint8Array; taken(): void } | undefined {
    if (this.#over) return undefined;
    if (this.#pong) return this.#nextPong(this.#pong);
    const [first] = this.#queue;
    if (first) return this.#nextFragment(first);
    return this.#close && this.#nextClose(this.#close);
  }

  #nextPong(payload: Uint8Array): { frame: Uint8Array; taken(): void } {
    this.#pong = undefined;
    return { frame: frame(OPCODE.pong, payload, true), taken: () => undefined };
  }

  #nextFragment(message: Outgoing): { frame: Uint8Array; taken(): void } {
    const { payload, sent } = message;
    const piece = payload.subarray(sent, sent + FRAGMENT_BYTES);
    message.sent += piece.length;
    const isLast = message.sent === payload.length;
    if (isLast) this.#queue.shift();
    const opcode = sent === 0 ? message.opcode : OPCODE.continuation;
    return { frame: frame(opcode, piece, isLast), taken: () => this.#onSent(piece.length) };
  }

  #nextClose(payload: Uint8Array): { frame: Uint8Array; taken(): void } {
    this.#over = true;
    return { frame: frame(OPCODE.close, payload, true), taken: this.#onClosed };
  }
}

function frame(opcode: Opcode, payload: Uint8Array, final: boolean): Uint8Array<ArrayBuffer> {
  return encodeFrame(opcode, payload, crypto.getRandomValues(new Uint8Array(4)), final);
}
