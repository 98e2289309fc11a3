import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { CHUNK_BYTES, decodeChunkList, ZERO_FRAME } from '#domain/container/index.ts';
import type { ChunkedLayer, ChunkRecord, Digest } from '#domain/container/index.ts';
import { loadCompression } from '#storage/index.ts';
import { digestOf } from '../digest-of.ts';
import { FileError } from '../publish-error.ts';
import { readBlob, streamBlob } from './blobs.ts';
import type { Publication } from './publication.ts';

/** A copy of a disk's or snapshot's blob, read chunk by chunk. */
export class ChunkedFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #records: readonly ChunkRecord[];
  readonly #byDigest: ReadonlyMap<string, ChunkRecord>;

  private constructor(path: string, file: FileHandle, records: readonly ChunkRecord[]) {
    this.#path = path;
    this.#file = file;
    this.#records = records;
    this.#byDigest = new Map(records.map((record) => [record.digest, record]));
  }

  /** Copies the blob to `path`, verified. @throws FileError, AppError `source/*` */
  static async copy(path: string, publication: Publication, { blob, chunks }: ChunkedLayer): Promise<ChunkedFile> {
    const records = decodeChunkList(await readBlob(publication, chunks), blob.size);
    await writeFile(path, streamBlob(publication, blob));
    return new ChunkedFile(path, await open(path), records);
  }

  /** What the chunks hold, in order; undefined for zeros. @throws FileError for a chunk that is not what the list says */
  async *contents(): AsyncGenerator<Uint8Array<ArrayBuffer> | undefined> {
    const compression = await loadCompression();
    for (const record of this.#records) {
      const isZero = record.compressedLength === 0;
      const content = isZero ? undefined : compression.decompress(await this.#read(record), CHUNK_BYTES);
      if (content && digestOf(content) !== record.digest)
        throw new FileError(this.#path, `the chunk at ${record.offset} is not what its list says`);
      yield content;
    }
  }

  /** The frame of a chunk of this digest; undefined when there is none. */
  async frame(digest: Digest): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const record = this.#byDigest.get(digest);
    return record && this.#read(record);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #read({ offset, compressedLength }: ChunkRecord): Promise<Uint8Array<ArrayBuffer>> {
    const frame = new Uint8Array(compressedLength || ZERO_FRAME.length);
    await this.#file.read(frame, 0, frame.length, offset);
    return frame;
  }
}
