import { AppError } from '#domain/errors/index.ts';
import { ByteReader, type PackedStream } from '#domain/packages/archive/index.ts';
import { concatBytes } from '#domain/bytes/index.ts';
import { loadCompression } from '../zstd.ts';

/**
 * Most bytes that a frame may hold. The library has no streams, so a frame is held whole, twice; those that dpkg-deb and
 * zstd write are one frame each. No package of Debian is packed with zstd, Ubuntu's hold less but for some ten of them.
 */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Most bytes of a block (RFC 8878, 3.1.1.2.4). */
const MAX_BLOCK_BYTES = 128 * 1024;
const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;

/** Unpacks zstd frame by frame. */
export async function* unpackZstd(
  { what, limit }: PackedStream,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const compression = await loadCompression();
  const frames = new FrameReader(new ByteReader(packed), what, Math.min(limit, MAX_FRAME_BYTES));
  try {
    for (;;) {
      const frame = await frames.next();
      if (!frame) return;
      yield decompress(() => compression.decompress(frame.bytes, frame.bound), what);
    }
  } finally {
    await frames.close();
  }
}

function decompress(unpack: () => Uint8Array, what: string): Uint8Array {
  try {
    return unpack();
  } catch (cause) {
    throw new AppError('archive/damaged', { what, detail: 'its zstd data is not sound' }, { cause });
  }
}

interface Frame {
  readonly bytes: Uint8Array;
  /** Bytes that it can hold at most, whatever it claims. */
  readonly bound: number;
}

/** Finds where frames end (RFC 8878, 3.1.1), without looking into their blocks. */
class FrameReader {
  readonly #reader: ByteReader;
  readonly #what: string;
  readonly #limit: number;
  #pieces: Uint8Array[] = [];
  #held = 0;
  #bound = 0;

  constructor(reader: ByteReader, what: string, limit: number) {
    this.#reader = reader;
    this.#what = what;
    this.#limit = limit;
  }

  /** The next frame; undefined when there is none. @throws AppError `archive/damaged`, `archive/too-large` */
  async next(): Promise<Frame | undefined> {
    [this.#pieces, this.#held, this.#bound] = [[], 0, 0];
    while ((await this.#reader.peek(1)).length > 0) {
      const magic = await this.#number(4);
      if (magic === MAGIC) return this.#frame();
      if (magic >>> 4 !== SKIPPABLE_MAGIC) throw this.#unsound();
      await this.#take(await this.#number(4));
      [this.#pieces, this.#held] = [[], 0];
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  async #frame(): Promise<Frame> {
    const descriptor = await this.#number(1);
    const isSingle = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    await this.#take((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
    while (!(await this.#block()));
    await this.#take((descriptor & 4) === 0 ? 0 : 4);
    const bytes = concatBytes(this.#pieces);
    this.#pieces = [];
    return { bytes, bound: this.#bound };
  }

  /** @returns true for the last one */
  async #block(): Promise<boolean> {
    const head = await this.#number(3);
    const [isLast, type, size] = [(head & 1) === 1, (head >> 1) & 3, head >> 3];
    if (type === 3) throw this.#unsound();
    this.#bound += type === 2 ? MAX_BLOCK_BYTES : size;
    await this.#take(type === 1 ? 1 : size);
    return isLast;
  }

  /** A little-endian number. */
  async #number(length: number): Promise<number> {
    return (await this.#take(length)).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  async #take(length: number): Promise<Uint8Array> {
    this.#held += length;
    if (Math.max(this.#held, this.#bound) > this.#limit) {
      const detail = `${this.#what} has to be held in memory, and takes more than ${this.#limit} bytes there`;
      throw new AppError('archive/too-large', { detail });
    }
    const bytes = await this.#reader.take(length);
    if (bytes.length < length) throw this.#unsound();
    // A copy: whoever gave the bytes may use their memory again.
    this.#pieces.push(bytes.slice());
    return bytes;
  }

  #unsound(): AppError {
    return new AppError('archive/damaged', { what: this.#what, detail: 'its zstd data is not sound' });
  }
}
