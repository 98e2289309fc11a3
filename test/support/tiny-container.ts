import {
  blobPath,
  CHUNK_BYTES,
  encodeChunkList,
  MEDIA_TYPES,
  ZERO_FRAME,
  type ChunkRecord,
  type Descriptor,
  type MachineConfig,
} from '#domain/container/index.ts';
import { loadCompression, sha256 } from '#storage/index.ts';
import { CONFIG } from './documents.ts';
import { noise } from './noise.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A container as its publisher makes it, in memory. */
export interface TinyContainer {
  readonly manifest: Descriptor;
  readonly disk: { readonly content: Bytes; readonly blob: Descriptor; readonly chunks: Descriptor };
  readonly snapshot: { readonly content: Bytes; readonly blob: Descriptor };
  readonly kernel: { readonly content: Bytes; readonly blob: Descriptor };
  /** What lies on the server, by its path below the catalog. */
  readonly files: ReadonlyMap<string, Bytes>;
}

export interface TinyOptions {
  readonly disk?: Bytes;
  readonly snapshot?: Bytes;
  readonly withoutKernel?: boolean;
  readonly config?: Partial<MachineConfig>;
  readonly trace?: readonly number[];
  /** Bytes of a chunk; a publisher that follows the format knows one only. */
  readonly chunkBytes?: number;
}

/** A disk of `chunks`: for each a seed of its content, 0 for zeros. The last is shorter by `short` bytes. */
export function diskOf(chunks: readonly number[], short = 0): Bytes {
  const disk = new Uint8Array(chunks.length * CHUNK_BYTES - short);
  for (const [index, seed] of chunks.entries()) {
    const at = index * CHUNK_BYTES;
    if (seed > 0) disk.set(noise(Math.min(CHUNK_BYTES, disk.length - at), seed), at);
  }
  return disk;
}

/** Publishes a container. */
export async function makeContainer(options: TinyOptions = {}): Promise<TinyContainer> {
  const files = new Map<string, Bytes>();
  const publish = async (mediaType: string, content: Bytes | string): Promise<Descriptor> => {
    const bytes = typeof content === 'string' ? Uint8Array.from(new TextEncoder().encode(content)) : content;
    const digest = await sha256(bytes);
    files.set(blobPath(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const publishChunked = async (
    mediaType: string,
    content: Bytes,
  ): Promise<{ blob: Descriptor; chunks: Descriptor }> => {
    const { blob, list } = await compressed(content, options.chunkBytes ?? CHUNK_BYTES);
    return { blob: await publish(mediaType, blob), chunks: await publish(MEDIA_TYPES.chunks, list) };
  };

  const disk = options.disk ?? diskOf([1, 2, 0, 3, 4], 1000);
  const snapshot = options.snapshot ?? noise(CHUNK_BYTES + 77, 99);
  const kernel = noise(5000, 7);
  const diskLayer = await publishChunked(MEDIA_TYPES.disk, disk);
  const snapshotLayer = await publishChunked(MEDIA_TYPES.snapshot, snapshot);
  const kernelBlob = await publish(MEDIA_TYPES.kernel, kernel);
  const trace = await publish(MEDIA_TYPES.trace, JSON.stringify({ schemaVersion: 1, chunks: options.trace ?? [3, 0] }));
  const config = await publish(
    MEDIA_TYPES.machine,
    JSON.stringify({ ...CONFIG, diskSize: disk.length, ...options.config }),
  );
  const layers = [
    diskLayer.blob,
    diskLayer.chunks,
    ...(options.withoutKernel ? [] : [kernelBlob]),
    snapshotLayer.blob,
    snapshotLayer.chunks,
    trace,
  ];
  const { manifest: mediaType, artifact: artifactType } = MEDIA_TYPES;
  const manifest = await publish(
    mediaType,
    JSON.stringify({ schemaVersion: 2, mediaType, artifactType, config, layers }),
  );
  return {
    manifest,
    disk: { content: disk, ...diskLayer },
    snapshot: { content: snapshot, blob: snapshotLayer.blob },
    kernel: { content: kernel, blob: kernelBlob },
    files,
  };
}

async function compressed(content: Bytes, chunkBytes: number): Promise<{ blob: Bytes; list: Bytes }> {
  const compression = await loadCompression();
  const frames: Uint8Array[] = [];
  const records: Omit<ChunkRecord, 'offset'>[] = [];
  for (let at = 0; at < content.length; at += chunkBytes) {
    const chunk = content.slice(at, at + chunkBytes);
    const zeros = chunk.length === CHUNK_BYTES && chunk.every((byte) => byte === 0);
    const frame = zeros ? ZERO_FRAME : compression.compress(chunk, 3);
    frames.push(frame);
    records.push({ compressedLength: zeros ? 0 : frame.length, digest: await sha256(chunk) });
  }
  return { blob: Uint8Array.from(Buffer.concat(frames)), list: encodeChunkList(records) };
}
