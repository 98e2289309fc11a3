import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CHUNK_BYTES, encodeChunkList, type Digest } from '#domain/container/index.ts';
import { loadCompression } from '#storage/zstd.ts';
import { isZeros, makeChunkFrame, ZERO_CHUNK, type ChunkFrame } from './chunk-frame.ts';
import { digestOf } from '../digest-of.ts';
import { CompressionPool } from './compression-pool.ts';

/** A chunked blob on disk, beside its chunk list. */
export interface CompressedFile {
  /** One zstd frame a chunk, concatenated. */
  readonly blob: string;
  /** The chunk list (media type `…chunks.v1`). */
  readonly chunks: string;
}

/** What of a chunk goes into the list. */
type Record = Pick<ChunkFrame, 'compressedLength' | 'digest'>;

/** Up to so many, starting threads takes longer than they save. */
const INLINE_CHUNKS = 16;

/** Chunks that are in memory at a time. */
const BATCH = 64;

/** The files that `compressInto` writes into a folder. */
export function compressedIn(dir: string): CompressedFile {
  return { blob: join(dir, 'blob.zst'), chunks: join(dir, 'chunks') };
}

/** Frames that were made before. */
export interface KnownFrames {
  /** The frame of a chunk of this digest; undefined when there is none. */
  frame(digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/**
 * Compresses a file in chunks, on all cores, into files of a folder.
 * @param path stays as it is
 * @param known is asked first: compressing takes a hundred times as long as hashing
 */
export async function compressInto(path: string, dir: string, known?: KnownFrames): Promise<CompressedFile> {
  const files = compressedIn(dir);
  const source = await open(path);
  const target = await open(files.blob, 'w');
  const pool = makeCompressor((await source.stat()).size);
  const frameOf = async (chunk: Uint8Array): Promise<ChunkFrame> =>
    isZeros(chunk) ? ZERO_CHUNK : ((await knownFrame(chunk, known)) ?? pool.compress(chunk));
  try {
    const records = await compressChunks(source, target, frameOf);
    await writeFile(files.chunks, encodeChunkList(records));
  } finally {
    await Promise.all([pool.close(), source.close(), target.close()]);
  }
  return files;
}

/** What compresses chunks, several at a time or not. */
interface Compressor {
  compress(chunk: Uint8Array): Promise<ChunkFrame>;
  close(): Promise<void>;
}

function makeCompressor(bytes: number): Compressor {
  if (bytes > INLINE_CHUNKS * CHUNK_BYTES) return new CompressionPool(availableParallelism());
  const compress = async (chunk: Uint8Array): Promise<ChunkFrame> => makeChunkFrame(chunk, await loadCompression());
  return { compress, close: () => Promise.resolve() };
}

async function knownFrame(chunk: Uint8Array, known: KnownFrames | undefined): Promise<ChunkFrame | undefined> {
  if (!known) return undefined;
  const digest = digestOf(chunk);
  const frame = await known.frame(digest);
  return frame && { frame, compressedLength: frame.length, digest };
}

async function compressChunks(
  source: FileHandle,
  target: FileHandle,
  frameOf: (chunk: Uint8Array) => Promise<ChunkFrame>,
): Promise<Record[]> {
  const { size } = await source.stat();
  const records: Record[] = [];
  const buffer = Buffer.alloc(BATCH * CHUNK_BYTES);
  for (let offset = 0; offset < size; offset += BATCH * CHUNK_BYTES) {
    const chunks = await readChunks(source, offset, buffer);
    const batch = await Promise.all(chunks.map(frameOf));
    for (const { frame } of batch) await target.write(frame);
    records.push(...batch.map(({ compressedLength, digest }) => ({ compressedLength, digest })));
  }
  return records;
}

async function readChunks(source: FileHandle, offset: number, buffer: Buffer): Promise<Uint8Array[]> {
  const { bytesRead } = await source.read(buffer, 0, buffer.length, offset);
  const chunks = Math.ceil(bytesRead / CHUNK_BYTES);
  return Array.from({ length: chunks }, (_, i) =>
    buffer.subarray(i * CHUNK_BYTES, Math.min((i + 1) * CHUNK_BYTES, bytesRead)),
  );
}
