import { CHUNK_BYTES, DigestSchema, ZERO_FRAME } from '#domain/container/index.ts';
import type { Compression } from '#ports/compression.ts';
import * as v from 'valibot';
import { digestOf } from '../digest-of.ts';

/** Level of zstd: frames are made once and fetched often. */
export const COMPRESSION_LEVEL = 19;

const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** A chunk as a server has it. */
export const ChunkFrameSchema = v.object({
  frame: v.instance(Uint8Array),
  /** Length of the frame; 0 for a whole chunk of zeros, as the chunk list wants it. */
  compressedLength: v.number(),
  /** SHA-256 of the uncompressed chunk. */
  digest: DigestSchema,
});
export type ChunkFrame = v.InferOutput<typeof ChunkFrameSchema>;

/** A whole chunk of zeros. */
export const ZERO_CHUNK: ChunkFrame = { frame: ZERO_FRAME, compressedLength: 0, digest: digestOf(ZEROS) };

/** Compresses one chunk; a whole chunk of zeros becomes ZERO_FRAME. */
export function makeChunkFrame(chunk: Uint8Array, compression: Compression): ChunkFrame {
  if (isZeros(chunk)) return ZERO_CHUNK;
  const frame = compression.compress(chunk, COMPRESSION_LEVEL);
  return { frame, compressedLength: frame.length, digest: digestOf(chunk) };
}

/** True for a whole chunk of zeros, which costs nothing to compress. */
export function isZeros(chunk: Uint8Array): boolean {
  return ZEROS.equals(chunk);
}
