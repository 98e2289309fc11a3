import { CHUNK_BYTES, ZERO_FRAME, type ChunkRecord } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Compression } from '#ports/compression.ts';
import { digestOf } from '../digest-of.ts';

const ZERO_BYTES = new Uint8Array(CHUNK_BYTES);
const ZEROS = digestOf(ZERO_BYTES);

/** A chunk's frame, as the blob has it, and what the list says of it. */
export interface ListedChunk {
  readonly frame: Uint8Array;
  readonly record: ChunkRecord;
  readonly isLast: boolean;
}

/** What is wrong with a chunk, or what it holds. */
export function checkChunk(chunk: ListedChunk, compression: Compression): string | Uint8Array {
  return chunk.record.compressedLength === 0 ? checkZeros(chunk) : checkContent(chunk, compression);
}

function checkZeros({ frame, record }: ListedChunk): string | Uint8Array {
  if (record.digest !== ZEROS) return 'the list calls it zeros, but has another digest for it';
  if (!Buffer.from(ZERO_FRAME).equals(frame))
    return 'the list calls it zeros, but the blob does not have the frame of zeros';
  return ZERO_BYTES;
}

function checkContent({ frame, record, isLast }: ListedChunk, compression: Compression): string | Uint8Array {
  const content = decompress(frame, compression);
  if (typeof content === 'string') return content;
  if (digestOf(content) !== record.digest) return 'SHA-256 of its content differs';
  const isFull = content.length === CHUNK_BYTES || (isLast && content.length > 0);
  return isFull ? content : `it holds ${content.length} bytes instead of ${CHUNK_BYTES}`;
}

function decompress(frame: Uint8Array, compression: Compression): Uint8Array | string {
  try {
    return compression.decompress(frame, CHUNK_BYTES);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `its frame cannot be decompressed: ${String(error.data['detail'])}`;
  }
}
