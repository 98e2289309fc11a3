import { AppError } from '#domain/errors/index.ts';
import type { PackedStream } from '#domain/packages/archive/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Makes a stream of packed bytes one of what they hold. */
type Transform = (packed: ReadableStream<Bytes>) => ReadableStream<Uint8Array>;

/**
 * What a transform makes of packed bytes, read as they are asked for.
 * @throws the packed bytes' own errors, and AppError `archive/damaged` for those of the transform
 */
export async function* throughStream(
  { format, what }: PackedStream,
  packed: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array, void> {
  const source = new PulledSource(packed);
  const reader = transform(source.stream).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } catch (cause) {
    if (source.failure) throw source.failure.error;
    throw new AppError('archive/damaged', { what, detail: `its ${format} data is not sound` }, { cause });
  } finally {
    // It fails as the reading did, where that failed.
    await reader.cancel().catch(() => undefined);
  }
}

/** An iterable as a stream that is never read ahead of, and that remembers why it failed: not every transform says. */
class PulledSource {
  readonly stream: ReadableStream<Bytes>;
  failure: { readonly error: unknown } | undefined;

  constructor(packed: AsyncIterable<Uint8Array>) {
    const pieces = packed[Symbol.asyncIterator]();
    this.stream = new ReadableStream<Bytes>(
      {
        pull: (controller) => this.#pull(pieces, controller),
        cancel: async () => void (await pieces.return?.()),
      },
      { highWaterMark: 0 },
    );
  }

  async #pull(pieces: AsyncIterator<Uint8Array>, controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    try {
      const next: IteratorResult<Uint8Array, unknown> = await pieces.next();
      if (next.done === true) controller.close();
      else controller.enqueue(ownBuffer(next.value));
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

/** Streams of the platform do not take shared memory. */
export function ownBuffer(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes);
}
