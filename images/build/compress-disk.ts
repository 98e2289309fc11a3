import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CHUNK_BYTES, encodeChunkList } from '#domain/container/index.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { COMPRESSION_LEVEL, type ChunkFrame } from './chunk-frame.ts';
import { CompressionPool } from './compression-pool.ts';

/** A chunked blob on disk, beside its chunk list. */
export interface CompressedFile {
  /** One zstd frame a chunk, concatenated. */
  readonly blob: string;
  /** The chunk list (media type `…chunks.v1`). */
  readonly chunks: string;
}

/** Chunks that are in memory at a time. */
const BATCH = 64;

/**
 * Compresses a file in chunks, on all cores.
 * @param path a file that `cachedStep` gave
 */
export async function compressFile(path: string): Promise<CompressedFile> {
  const inputs = { source: originOf(path), COMPRESSION_LEVEL, CHUNK_BYTES };
  const dir = await cachedStep({ name: 'compressed', inputs, make: (into) => compressInto(path, into) });
  return { blob: join(dir, 'blob.zst'), chunks: join(dir, 'chunks') };
}

/** Writes `blob.zst` and `chunks` for a file into a folder. */
export async function compressInto(path: string, dir: string): Promise<void> {
  const pool = new CompressionPool(availableParallelism());
  const source = await open(path);
  const target = await open(join(dir, 'blob.zst'), 'w');
  try {
    const records = await compressChunks(source, target, pool);
    await writeFile(join(dir, 'chunks'), encodeChunkList(records));
  } finally {
    await Promise.all([pool.close(), source.close(), target.close()]);
  }
}

async function compressChunks(source: FileHandle, target: FileHandle, pool: CompressionPool): Promise<ChunkFrame[]> {
  const { size } = await source.stat();
  const records: ChunkFrame[] = [];
  for (let offset = 0; offset < size; offset += BATCH * CHUNK_BYTES) {
    const batch = await Promise.all((await readChunks(source, offset)).map((chunk) => pool.compress(chunk)));
    for (const { frame } of batch) await target.write(frame);
    records.push(...batch);
  }
  return records;
}

async function readChunks(source: FileHandle, offset: number): Promise<Uint8Array[]> {
  const { buffer, bytesRead } = await source.read(Buffer.alloc(BATCH * CHUNK_BYTES), 0, BATCH * CHUNK_BYTES, offset);
  const chunks = Math.ceil(bytesRead / CHUNK_BYTES);
  return Array.from({ length: chunks }, (_, i) =>
    buffer.subarray(i * CHUNK_BYTES, Math.min((i + 1) * CHUNK_BYTES, bytesRead)),
  );
}
