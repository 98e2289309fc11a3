import { planSpans, type ChunkSpan, type SpanLimits } from '#domain/chunks/index.ts';
import { blobPath, CHUNK_BYTES, type ChunkRecord, type Descriptor } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Compression } from '#ports/compression.ts';
import type { Content } from '#ports/content-store.ts';
import type { Mirror } from '#ports/sources.ts';
import { sha256 } from '../digest.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { Attempt, Mirrors, Wanted } from './mirrors.ts';

/** A compressed blob and the list of its chunks. */
export interface ChunkedPart {
  readonly blob: Descriptor;
  readonly records: readonly ChunkRecord[];
  /** Names the container in errors. */
  readonly what: string;
}

/** Fetches chunks by Range from mirrors. Every chunk is decompressed and verified before anyone sees it. */
export class ChunkFetcher {
  readonly #mirrors: Mirrors;
  readonly #compression: () => Promise<Compression>;

  /** @param compression called when there is something to decompress */
  constructor(mirrors: Mirrors, compression: () => Promise<Compression>) {
    this.#mirrors = mirrors;
    this.#compression = compression;
  }

  /**
   * Fetches the chunks of `indexes`; what has come is not fetched again when the rest fails and another mirror is asked.
   * @param onChunk called for each as soon as it is verified
   * @throws AppError `source/*`, `chunk/digest-mismatch`, `container/unavailable`, `format/invalid`
   */
  async fetch(
    wanted: Wanted,
    part: ChunkedPart,
    indexes: readonly number[],
    limits: SpanLimits,
    onChunk: (index: number, content: Content) => void,
    options: Cancellable = {},
  ): Promise<void> {
    const lacking = new Set(indexes);
    const compression = await this.#compression();
    const work = async (attempt: Attempt): Promise<void> => {
      let damaged = false;
      for (const span of planSpans(part.records, lacking, limits)) {
        const transfer = new SpanTransfer(part, span, urlOf(attempt.mirror, part.blob), compression);
        const taken = await transfer.run(attempt, options, (index, content) => {
          lacking.delete(index);
          attempt.progressed();
          onChunk(index, content);
        });
        damaged ||= taken < span.indexes.length;
      }
      if (damaged)
        throw new AppError('chunk/digest-mismatch', { what: part.what, url: urlOf(attempt.mirror, part.blob) });
    };
    await this.#mirrors.fetch(wanted, work, options);
  }
}

/** Where a mirror has a blob. */
export function urlOf({ catalogUrl }: Mirror, { digest }: Pick<Descriptor, 'digest'>): string {
  return new URL(blobPath(digest), catalogUrl).href;
}

/** One Range request, whose chunks are verified while it goes on. */
class SpanTransfer {
  readonly #part: ChunkedPart;
  readonly #span: ChunkSpan;
  readonly #url: string;
  readonly #compression: Compression;
  readonly #checks: Promise<boolean>[] = [];

  constructor(part: ChunkedPart, span: ChunkSpan, url: string, compression: Compression) {
    this.#part = part;
    this.#span = span;
    this.#url = url;
    this.#compression = compression;
  }

  /** How many chunks were good. A transfer that breaks off has given those that came before. */
  async run(
    attempt: Attempt,
    { signal }: Cancellable,
    onChunk: (index: number, content: Content) => void,
  ): Promise<number> {
    try {
      await fetchBytes(this.#url, this.#part.blob.size, {
        signal,
        range: this.#span,
        onAnswer: () => attempt.answered(),
        onBytes: (bytes) => this.#take(bytes, onChunk),
      });
    } finally {
      await Promise.allSettled(this.#checks);
    }
    const good = await Promise.all(this.#checks);
    return good.filter(Boolean).length;
  }

  /** Looks at the chunks that have come whole since the last time. */
  #take(bytes: Uint8Array, onChunk: (index: number, content: Content) => void): void {
    for (;;) {
      const index = this.#span.indexes[this.#checks.length];
      const record = this.#part.records[index ?? -1];
      if (index === undefined || !record) return;
      const from = record.offset - this.#span.offset;
      if (from + record.compressedLength > bytes.length) return;
      this.#checks.push(this.#check(index, record, bytes.subarray(from, from + record.compressedLength), onChunk));
    }
  }

  /** False for a chunk that is not what was published. */
  async #check(
    index: number,
    record: ChunkRecord,
    frame: Uint8Array,
    onChunk: (index: number, content: Content) => void,
  ): Promise<boolean> {
    const bytes = this.#decompress(frame);
    if (!bytes || (await sha256(bytes)) !== record.digest) return false;
    const { records, what } = this.#part;
    if (bytes.length !== CHUNK_BYTES && index !== records.length - 1) {
      throw new AppError('format/invalid', { what, detail: `chunk ${index} has ${bytes.length} bytes` });
    }
    onChunk(index, { digest: record.digest, bytes });
    return true;
  }

  /** Undefined for a frame that is damaged: what does not decompress is not what was published either. */
  #decompress(frame: Uint8Array): Content['bytes'] | undefined {
    try {
      return this.#compression.decompress(frame, CHUNK_BYTES);
    } catch {
      return undefined;
    }
  }
}
