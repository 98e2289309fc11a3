import { createHash } from 'node:crypto';
import { CHUNK_BYTES, DigestSchema, digestFromBytes, ZERO_FRAME } from '#domain/container/index.ts';
import type { Compression } from '#ports/compression.ts';
import * as v from 'valibot';

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

/** Compresses one chunk; a whole chunk of zeros becomes ZERO_FRAME. */
export function makeChunkFrame(chunk: Uint8Array, compression: Compression): ChunkFrame {
  const digest = digestFromBytes(createHash('sha256').update(chunk).digest());
  if (ZEROS.equals(chunk)) return { frame: ZERO_FRAME, compressedLength: 0, digest };
  const frame = compression.compress(chunk, COMPRESSION_LEVEL);
  return { frame, compressedLength: frame.length, digest };
}
