import { createHash, type Hash } from 'node:crypto';
import {
  blobPath,
  decodeChunkList,
  digestFromBytes,
  ZERO_FRAME,
  type ChunkedLayer,
  type ChunkRecord,
  type Descriptor,
  type Digest,
} from '#domain/container/index.ts';
import { loadCompression } from '#storage/index.ts';
import { readBlob, streamBlob } from '../reading/blobs.ts';
import type { Publication } from '../reading/publication.ts';
import { ByteReader } from './byte-reader.ts';
import { checkChunk } from './chunk-check.ts';
import type { Findings } from './findings.ts';

/** Wrong chunks of one blob that are named; the rest is counted. */
const NAMED_CHUNKS = 10;
/** Longest frame that is read: what zstd makes of bytes that do not compress is little longer than they are. */
const MAX_FRAME_BYTES = 256 * 1024;

/** Checks blobs, each once however many containers have it. */
export class BlobChecks {
  readonly #publication: Publication;
  readonly #findings: Findings;
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly #streams = new Map<string, Promise<void>>();
  readonly #chunked = new Map<string, Promise<number | undefined>>();

  constructor(publication: Publication, findings: Findings) {
    this.#publication = publication;
    this.#findings = findings;
  }

  /** A document; undefined when it is not what its descriptor says. */
  text(blob: Descriptor): Promise<string | undefined> {
    return once(this.#texts, blobKey(blob), async () => new TextDecoder().decode(await this.#bytes(blob)));
  }

  /** A blob that nobody looks into. */
  whole(blob: Descriptor): Promise<void> {
    return once(this.#streams, blobKey(blob), async () => {
      this.#count(blob);
      await this.#findings.attempt(blobPath(blob.digest), async () => {
        for await (const _ of streamBlob(this.#publication, blob));
      });
    });
  }

  /**
   * A blob that goes by chunks, with its list.
   * @param look is shown what is in it, in order, as far as it is as it should be; `whose` tells those who look apart
   * @returns the bytes that it holds, undefined when something is wrong
   */
  chunked(
    { blob, chunks }: ChunkedLayer,
    look?: (content: Uint8Array) => void,
    whose = '',
  ): Promise<number | undefined> {
    return once(this.#chunked, `${blobKey(blob)} ${blobKey(chunks)} ${whose}`, async () => {
      const list = await this.#bytes(chunks);
      const records =
        list && (await this.#findings.attempt(blobPath(chunks.digest), () => decodeChunkList(list, blob.size)));
      if (!records) {
        await this.whole(blob);
        return undefined;
      }
      this.#count(blob);
      return this.#findings.attempt(blobPath(blob.digest), () => this.#frames(blob, records, look));
    });
  }

  async #bytes(blob: Descriptor): Promise<Uint8Array<ArrayBuffer> | undefined> {
    this.#count(blob);
    return this.#findings.attempt(blobPath(blob.digest), () => readBlob(this.#publication, blob));
  }

  /** Reads a blob once: its frames against the list, all of it against its digest. */
  async #frames(
    blob: Descriptor,
    records: readonly ChunkRecord[],
    look: ((content: Uint8Array) => void) | undefined,
  ): Promise<number | undefined> {
    const path = blobPath(blob.digest);
    const before = this.#findings.problems.length;
    const hash = createHash('sha256');
    const reader = new ByteReader(hashed(this.#publication.stream(path, blob.size), hash));
    const wrong = new WrongChunks(this.#findings, path);
    const compression = await loadCompression();
    let bytes = 0;
    for (const [index, record] of records.entries()) {
      const length = record.compressedLength || ZERO_FRAME.length;
      if (length > MAX_FRAME_BYTES) {
        this.#findings.add(path, `chunk ${index} has a frame of ${length} bytes, by its list`);
        break;
      }
      const frame = await reader.take(length);
      const checked = checkChunk({ frame, record, isLast: index === records.length - 1 }, compression);
      if (typeof checked === 'string') wrong.add(index, record, checked);
      else {
        bytes += checked.length;
        look?.(checked);
      }
      this.#findings.chunks++;
    }
    await reader.drain();
    wrong.end();
    this.#checkWhole(blob, records, digestFromBytes(hash.digest()));
    return this.#findings.problems.length === before ? bytes : undefined;
  }

  #checkWhole(blob: Descriptor, records: readonly ChunkRecord[], found: Digest): void {
    const path = blobPath(blob.digest);
    if (found !== blob.digest) this.#findings.add(path, `its digest is ${found}`);
    const last = records.at(-1);
    const end = last ? last.offset + (last.compressedLength || ZERO_FRAME.length) : 0;
    if (end < blob.size) this.#findings.add(path, `${blob.size - end} bytes follow its last chunk`);
  }

  #count({ size }: Descriptor): void {
    this.#findings.blobs++;
    this.#findings.bytes += size;
  }
}

/** Names the first wrong chunks of a blob and counts the others. */
class WrongChunks {
  readonly #findings: Findings;
  readonly #path: string;
  #count = 0;

  constructor(findings: Findings, path: string) {
    this.#findings = findings;
    this.#path = path;
  }

  add(index: number, { offset, compressedLength }: ChunkRecord, detail: string): void {
    const end = offset + (compressedLength || ZERO_FRAME.length);
    if (this.#count++ < NAMED_CHUNKS)
      this.#findings.add(this.#path, `chunk ${index} (bytes ${offset} to ${end - 1}): ${detail}`);
  }

  end(): void {
    const more = this.#count - NAMED_CHUNKS;
    if (more > 0) this.#findings.add(this.#path, `${more} more chunks are wrong`);
  }
}

async function* hashed(pieces: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

/** Two descriptors of the same digest may still announce different lengths. */
export function blobKey({ digest, size }: Descriptor): string {
  return `${digest} ${size}`;
}

function once<T>(done: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const before = done.get(key);
  if (before) return before;
  const now = work();
  done.set(key, now);
  return now;
}
