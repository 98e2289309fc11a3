import fc from 'fast-check';
import type { TarEntry } from '#domain/packages/archive/index.ts';

/** What was read of an entry, with its content. */
export type ReadEntry<T extends TarEntry> = Omit<T, 'body'> & { readonly content: Uint8Array };

/** Reads all entries and their content. */
export async function readAll<T extends TarEntry>(entries: AsyncIterable<T>): Promise<ReadEntry<T>[]> {
  const read: ReadEntry<T>[] = [];
  for await (const { body, ...entry } of entries) read.push({ ...entry, content: await bytesOf(body) });
  return read;
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

/** Bytes in pieces of some sizes, which are used again and again. */
export async function* inPieces(
  bytes: Uint8Array,
  sizes: readonly number[] = [4096],
): AsyncGenerator<Uint8Array, void> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Sizes of pieces; none is endless. */
export const pieceSizes = fc
  .array(fc.oneof(fc.nat(3), fc.integer({ min: 1, max: 5000 })), { minLength: 1, maxLength: 6 })
  .filter((sizes) => sizes.some((size) => size > 0));
