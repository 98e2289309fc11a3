import type { PackedStream } from '#domain/packages/archive/index.ts';
import * as v from 'valibot';
import type * as xz from 'xz-decompress';
import { throughStream } from './streams.ts';

type XzReadableStream = typeof xz.XzReadableStream;

/** Node sees what its bundle exports as the default alone, bundlers see the names. */
const LibrarySchema = v.union([
  v.object({ XzReadableStream: v.custom<XzReadableStream>(isFunction) }),
  v.pipe(
    v.object({ default: v.object({ XzReadableStream: v.custom<XzReadableStream>(isFunction) }) }),
    v.transform((module) => module.default),
  ),
]);

/**
 * Unpacks .xz (MIT, xz-embedded in WebAssembly), one stream or several, and compares CRC32 or CRC64; streams with SHA-256
 * or filters but LZMA2 are refused. One is unpacked at a time in a thread: the next waits until the one before has ended.
 */
export async function* unpackXz(
  stream: PackedStream,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  // Imported late: not everyone meets a package, and it holds 26 kB.
  const { XzReadableStream } = v.parse(LibrarySchema, await import('xz-decompress'));
  yield* throughStream(stream, packed, (bytes) => new XzReadableStream(bytes));
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
