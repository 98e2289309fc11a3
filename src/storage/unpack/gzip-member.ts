import { AppError } from '#domain/errors/index.ts';
import { ownBuffer } from './streams.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Read = ReadableStreamReadResult<Uint8Array>;

/** Bytes of the shortest member: header, an empty deflate block, trailer (RFC 1952, 2.3). */
const MIN_BYTES = 20;
const LENGTH_BYTES = 4;

/** One member of a gzip file on its way through the platform's decompression. */
export class GzipMember {
  readonly #what: string;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #waiting: Promise<Read> | undefined;
  #taken = 0;
  #given = 0;
  /** The last bytes that were taken. */
  #tail: Uint8Array = new Uint8Array();

  constructor(what: string) {
    this.#what = what;
    const { readable, writable } = new DecompressionStream('gzip');
    this.#writer = writable.getWriter();
    this.#reader = readable.getReader();
  }

  /** True when as many bytes have come out as the last of those that went in say. */
  get isWhole(): boolean {
    if (this.#taken < MIN_BYTES) return false;
    const said = this.#tail.reduceRight((value, byte) => value * 256 + byte, 0);
    return said === this.#given % 2 ** 32;
  }

  /** Takes bytes, and gives what has come out meanwhile. @throws AppError `archive/damaged` */
  async *push(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
    if (bytes.length === 0) return;
    this.#taken += bytes.length;
    this.#tail = Uint8Array.from([...this.#tail, ...bytes.subarray(-LENGTH_BYTES)]).slice(-LENGTH_BYTES);
    yield* this.#readWhile(this.#writer.write(ownBuffer(bytes)));
  }

  /** Gives the rest, and compares the check. @throws AppError `archive/damaged` */
  async *end(): AsyncGenerator<Uint8Array, void> {
    const closed = this.#writer.close();
    closed.catch(() => undefined);
    for (;;) {
      const { done, value } = await this.#sound(this.#read());
      if (done) break;
      yield this.#count(value);
    }
    await this.#sound(closed);
  }

  /** Lets go of it, wherever it is. */
  close(): void {
    this.#writer.abort().catch(() => undefined);
    this.#reader.cancel().catch(() => undefined);
  }

  async *#readWhile(work: Promise<void>): AsyncGenerator<Uint8Array, void> {
    const finished = this.#sound(work).then(() => undefined);
    finished.catch(() => undefined);
    for (;;) {
      const read = await Promise.race([finished, this.#sound(this.#read())]);
      if (read?.value === undefined) return;
      yield this.#count(read.value);
    }
  }

  /** What is read next; asked for once, however often it is waited for. */
  #read(): Promise<Read> {
    if (!this.#waiting) {
      this.#waiting = this.#reader.read();
      this.#waiting.catch(() => undefined);
    }
    return this.#waiting;
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#waiting = undefined;
    this.#given += bytes.length;
    return bytes;
  }

  async #sound<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      throw new AppError('archive/damaged', { what: this.#what, detail: 'its gzip data is not sound' }, { cause });
    }
  }
}
