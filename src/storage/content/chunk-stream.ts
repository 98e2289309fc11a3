import { chunksOf, type ByteSpan } from '#domain/chunks/index.ts';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { Asked, ChunkReader, Loaded, Origin } from './chunk-reader.ts';

/** Chunks that are asked for at a time: few at first, so that the first comes soon, then as many as fill requests. */
const FIRST_BATCH = 2;
const MAX_BATCH = 32;

type Bytes = Uint8Array<ArrayBuffer>;

export interface ChunkStreamOptions {
  /** Looks at each chunk. @throws AppError when it is not as it has to be */
  readonly check: (index: number, bytes: Bytes) => void;
  /** Hears where each piece of the stream came from. */
  readonly onServed: (origin: Origin, bytes: number) => void;
}

/**
 * The bytes of a span of a part, in pieces of at most a chunk. Resolves when the first is there, so that what keeps it
 * from coming can still become an answer of its own.
 * @throws AppError of `ChunkReader.read` and `options.check`
 */
export async function streamChunks(
  reader: ChunkReader,
  asked: Asked,
  span: ByteSpan,
  options: ChunkStreamOptions,
): Promise<ReadableStream<Bytes>> {
  const pieces = new Pieces(reader, asked, span, options);
  let first: Bytes | undefined = await pieces.next();
  return new ReadableStream<Bytes>({
    pull: async (controller) => {
      const piece = first ?? (await pieces.next());
      first = undefined;
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
    cancel: () => pieces.stop(),
  });
}

/** Reads ahead of whoever takes the pieces, by one batch. */
class Pieces {
  readonly #reader: ChunkReader;
  readonly #asked: Asked;
  readonly #span: ByteSpan;
  readonly #options: ChunkStreamOptions;
  /** Chunks that are on their way, the next one first. */
  readonly #ahead: Promise<Loaded>[] = [];
  readonly #last: number;
  #index: number;
  #asking: number;
  #batch = FIRST_BATCH;

  constructor(reader: ChunkReader, asked: Asked, span: ByteSpan, options: ChunkStreamOptions) {
    const { first, last } = chunksOf(span, CHUNK_BYTES);
    this.#reader = reader;
    this.#asked = asked;
    this.#span = span;
    this.#options = options;
    this.#index = first;
    this.#asking = first;
    this.#last = last;
  }

  /** Undefined at the end. */
  async next(): Promise<Bytes | undefined> {
    while (this.#ahead.length <= this.#batch / 2 && this.#asking <= this.#last) this.#askMore();
    const loading = this.#ahead.shift();
    if (!loading) return undefined;
    const { bytes, origin } = await loading;
    const index = this.#index++;
    this.#options.check(index, bytes);
    const from = Math.max(0, this.#span.first - index * CHUNK_BYTES);
    const to = Math.min(bytes.length, this.#span.last + 1 - index * CHUNK_BYTES);
    this.#options.onServed(origin, to - from);
    return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  }

  stop(): void {
    this.#asking = this.#last + 1;
    this.#ahead.length = 0;
  }

  #askMore(): void {
    const count = Math.min(this.#batch, this.#last + 1 - this.#asking);
    const asking = this.#asking;
    const more = this.#reader.read(
      this.#asked,
      Array.from({ length: count }, (_, i) => asking + i),
    );
    // Who takes the pieces hears of a failure when it is its turn.
    for (const each of more) each.catch(() => undefined);
    this.#ahead.push(...more);
    this.#asking += count;
    this.#batch = Math.min(this.#batch * 2, MAX_BATCH);
  }
}
