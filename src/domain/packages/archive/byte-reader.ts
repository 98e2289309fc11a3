import { untilAborted } from '../../async/index.ts';
import { concatBytes } from '../../bytes/index.ts';
import { AppError } from '../../errors/index.ts';

const NOTHING = new Uint8Array();

/** Reads a stream piece by piece, and holds no more of it than the piece that came last. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #held: Uint8Array = NOTHING;

  /** @param signal ends the waiting for the stream, with its reason */
  constructor(source: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#source = source[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** At least one and at most `most` bytes, as they came; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (this.#held.length === 0 && !(await this.#refill())) return undefined;
    const piece = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }

  /** Exactly so many bytes; fewer only when the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    const first = (length > 0 && (await this.some(length))) || NOTHING;
    if (first.length === length) return first;
    const pieces = [first];
    for (let missing = length - first.length; missing > 0;) {
      const piece = await this.some(missing);
      if (!piece) break;
      pieces.push(piece);
      missing -= piece.length;
    }
    return concatBytes(pieces);
  }

  /** The bytes that `take` would give, which stay. */
  async peek(length: number): Promise<Uint8Array> {
    const start = await this.take(length);
    this.#held = this.#held.length === 0 ? start : concatBytes([start, this.#held]);
    return start;
  }

  /** All that is still to come. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const piece = await this.some(Number.POSITIVE_INFINITY);
      if (!piece) return;
      yield piece;
    }
  }

  /** Lets go of the stream, wherever it is. */
  async close(): Promise<void> {
    this.#held = NOTHING;
    const closed = this.#source.return?.();
    // Who gave up on a stream does not wait for it either.
    if (this.#signal?.aborted === true) closed?.catch(() => undefined);
    else await closed;
  }

  async #refill(): Promise<boolean> {
    for (;;) {
      this.#signal?.throwIfAborted();
      const next: IteratorResult<Uint8Array, unknown> = await untilAborted(this.#source.next(), this.#signal);
      if (next.done === true) return false;
      this.#held = next.value;
      if (next.value.length > 0) return true;
    }
  }
}

/** The next bytes of a reader, up to a number: the content of one part of an archive. To be read before the next part is. */
export class Section implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader;
  readonly #what: string;
  #left: number;
  #passed = false;

  /** @param what it belongs to, for the error when it ends too early */
  constructor(reader: ByteReader, length: number, what: string) {
    this.#reader = reader;
    this.#left = length;
    this.#what = what;
  }

  /** Goes on where an earlier reading stopped. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return { next: () => this.#next() };
  }

  /** All of it, held at once: for what is known to be short. @throws AppError `archive/truncated` */
  async bytes(): Promise<Uint8Array> {
    const bytes = await this.#reader.take(this.#left);
    this.#left -= bytes.length;
    if (this.#left > 0) throw this.#cutShort();
    return bytes;
  }

  /** Leaves behind what nobody has read. @throws AppError `archive/truncated` */
  async pass(): Promise<void> {
    while (this.#left > 0) await this.#next();
    this.#passed = true;
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#passed) throw new Error('The content of a part has to be read before the next part is.');
    if (this.#left === 0) return { done: true, value: undefined };
    const value = await this.#reader.some(this.#left);
    if (!value) throw this.#cutShort();
    this.#left -= value.length;
    return { done: false, value };
  }

  #cutShort(): AppError {
    return new AppError('archive/truncated', { what: this.#what, detail: `${this.#left} bytes of a file are missing` });
  }
}
