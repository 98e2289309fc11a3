import { planSpans, type ChunkSpan, type SpanLimits } from '#domain/chunks/index.ts';
import { CHUNK_BYTES, type ChunkRecord, type Descriptor } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Compression } from '#ports/compression.ts';
import type { Content } from '#ports/content-store.ts';
import { sha256 } from '../digest.ts';
import type { BlobReader } from './blob-reader.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { untilAborted } from './until-aborted.ts';

/** Requests: neighbours are fetched together, up to 4 MiB; a gap of half a chunk is cheaper than another request. */
const SPAN_LIMITS: SpanLimits = { maxGap: 64 * 1024, maxLength: 4 * 1024 * 1024, maxChunks: 128 };

export interface ChunkedBlobParts {
  readonly blob: Descriptor;
  readonly records: readonly ChunkRecord[];
  readonly blobs: BlobReader;
  /** Called when there is something to decompress. */
  readonly compression: () => Promise<Compression>;
  /** Names the blob in errors. */
  readonly what: string;
}

type Chunk = Uint8Array<ArrayBuffer>;

/** A compressed blob read by chunks: from the device, else by Range from the server; each verified, then kept. */
export class ChunkedBlob {
  readonly #parts: ChunkedBlobParts;
  readonly #flights = new Map<number, Promise<Chunk>>();

  constructor(parts: ChunkedBlobParts) {
    this.#parts = parts;
  }

  get records(): readonly ChunkRecord[] {
    return this.#parts.records;
  }

  /** One chunk; however many ask for it at a time, it is fetched once. @throws AppError `source/*`, `chunk/digest-mismatch` */
  async read(index: number): Promise<Chunk> {
    const flight = this.#flights.get(index) ?? this.#readNew([index]).get(index);
    if (!flight) throw new RangeError(`there is no chunk ${index}`);
    return flight;
  }

  /**
   * The chunks of `indexes`, in any order, as they come.
   * @param onChunk called for each once it is verified
   */
  async readMany(
    indexes: readonly number[],
    onChunk: (index: number, chunk: Chunk) => void,
    { signal }: Cancellable = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    this.#readNew(indexes);
    const arrivals = indexes.map(async (index) => {
      const chunk = await this.read(index);
      signal?.throwIfAborted();
      onChunk(index, chunk);
    });
    await untilAborted(Promise.all(arrivals), signal);
  }

  /** Starts flights for chunks that are there and have none. */
  #readNew(wanted: readonly number[]): ReadonlyMap<number, Promise<Chunk>> {
    const indexes = [...new Set(wanted)].filter((index) => this.records[index] && !this.#flights.has(index));
    const batch = this.#load(indexes);
    const flights = new Map<number, Promise<Chunk>>();
    for (const index of indexes) {
      const flight = batch.then((load) => load(index));
      this.#flights.set(index, flight);
      flights.set(index, flight);
      const land = (): void => void this.#flights.delete(index);
      flight.then(land, land);
    }
    return flights;
  }

  /** Looks on the device, then plans requests for the rest. The answer gives each chunk's own promise. */
  async #load(indexes: readonly number[]): Promise<(index: number) => Promise<Chunk>> {
    const { records, blobs } = this.#parts;
    const present = indexes.flatMap((index) => (records[index] ? [{ index, record: records[index] }] : []));
    const solid = present.filter(({ record }) => record.compressedLength > 0);
    const kept = await blobs.kept(solid.map(({ record }) => record.digest));
    const here = new Map(solid.map(({ index }, i) => [index, kept[i]]));
    const lacking = solid.filter(({ index }) => !here.get(index)).map(({ index }) => index);
    const spans = planSpans(records, lacking, SPAN_LIMITS).map((span) => ({ span, chunks: this.#fetch(span) }));
    return async (index) => {
      const fetched = spans.find(({ span }) => span.indexes.includes(index));
      const chunk = fetched ? (await fetched.chunks).get(index) : here.get(index);
      return chunk ?? new Uint8Array(CHUNK_BYTES);
    };
  }

  async #fetch(span: ChunkSpan): Promise<Map<number, Chunk>> {
    const { blob, blobs } = this.#parts;
    const bytes = await fetchBytes(blobs.urlOf(blob), blob.size, { range: span });
    const contents = await Promise.all(span.indexes.map((index) => this.#verify(index, span, bytes)));
    await blobs.keep(contents);
    return new Map(contents.map((content, i) => [span.indexes[i] ?? -1, content.bytes]));
  }

  async #verify(index: number, span: ChunkSpan, bytes: Uint8Array): Promise<Content> {
    const { records, compression, blob, blobs, what } = this.#parts;
    const record = records[index];
    if (!record) throw new RangeError(`there is no chunk ${index}`);
    const from = record.offset - span.offset;
    const chunk = tryDecompress(await compression(), bytes.subarray(from, from + record.compressedLength));
    if (!chunk || (await sha256(chunk)) !== record.digest) {
      throw new AppError('chunk/digest-mismatch', { what, url: blobs.urlOf(blob) });
    }
    if (chunk.length !== CHUNK_BYTES && index !== records.length - 1) {
      throw new AppError('format/invalid', { what, detail: `chunk ${index} has ${chunk.length} bytes` });
    }
    return { digest: record.digest, bytes: chunk };
  }
}

/** Undefined for a frame that is damaged: what does not decompress is not what was published either. */
function tryDecompress(compression: Compression, frame: Uint8Array): Chunk | undefined {
  try {
    return compression.decompress(frame, CHUNK_BYTES);
  } catch {
    return undefined;
  }
}
