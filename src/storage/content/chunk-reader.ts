import { Deferred } from '#domain/async/index.ts';
import { planSpans, type SpanLimits } from '#domain/chunks/index.ts';
import { CHUNK_BYTES, type ChunkRecord, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';
import type { ChunkedPart, ChunkFetcher } from '../remote/chunk-fetcher.ts';
import { Gate, type Ticket, type Urgency } from '../remote/gate.ts';
import type { Wanted } from '../remote/mirrors.ts';
import type { ContentWriter } from './content-writer.ts';
import type { MemoryCache } from './memory-cache.ts';

/**
 * Requests: neighbours are fetched together; a gap of half a chunk is cheaper than another request. Nobody waits for what
 * is needed later, so it goes in smaller steps, between which what is needed now gets through.
 */
const SPAN_LIMITS: Readonly<Record<Urgency, SpanLimits>> = {
  now: { maxGap: 64 * 1024, maxLength: 4 * 1024 * 1024, maxChunks: 128 },
  later: { maxGap: 64 * 1024, maxLength: 1024 * 1024, maxChunks: 64 },
};

/** Where bytes came from. */
export type Origin = 'memory' | 'device' | 'network';

export interface Loaded {
  /** Not to be changed: others have the same. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: Origin;
}

/** A part of a container, and how it is asked for. */
export interface Asked {
  readonly wanted: Wanted;
  readonly part: ChunkedPart;
  readonly urgency: Urgency;
}

export interface ChunkReaderParts {
  readonly store: ContentStore;
  readonly writer: ContentWriter;
  readonly fetcher: ChunkFetcher;
  readonly memory: MemoryCache;
  /** Hears of what was read but could not be looked up or kept: it is used all the same. */
  readonly onError: (error: AppError) => void;
}

/** A chunk on its way. */
interface Flight {
  readonly digest: Digest;
  readonly index: number;
  readonly loaded: Deferred<Loaded>;
  /** It is on the device. */
  readonly stored: Deferred<void>;
  ticket: Ticket<void> | undefined;
}

const ZEROS: Promise<Loaded> = Promise.resolve({ bytes: new Uint8Array(CHUNK_BYTES), origin: 'memory' });

/** Chunks from memory, the device or the network. However many ask for a chunk, it is loaded once. */
export class ChunkReader {
  readonly #parts: ChunkReaderParts;
  readonly #gate = new Gate();
  readonly #flights = new Map<Digest, Flight>();

  constructor(parts: ChunkReaderParts) {
    this.#parts = parts;
  }

  /** The chunks of `indexes`, in order, each as soon as it is there. @throws AppError as `ChunkFetcher.fetch` */
  read(asked: Asked, indexes: readonly number[]): readonly Promise<Loaded>[] {
    const fresh: Flight[] = [];
    const answers = indexes.map((index) => {
      const record = recordOf(asked, index);
      if (record.compressedLength === 0) return ZEROS;
      const bytes = this.#parts.memory.get(record.digest);
      if (bytes) return Promise.resolve<Loaded>({ bytes, origin: 'memory' });
      return this.#join(asked, record.digest, index, fresh).loaded.promise;
    });
    if (fresh.length > 0) void this.#load(asked, fresh);
    return answers;
  }

  /**
   * Brings chunks to the device.
   * @returns compressed bytes that came over the network
   * @throws AppError as `read`, and `storage/*` when they could not be kept
   */
  async ensure(asked: Asked, indexes: readonly number[]): Promise<number> {
    const records = indexes.map((index) => [index, recordOf(asked, index)] as const);
    const wanted = new Map(
      records.flatMap(([index, { digest, compressedLength }]) => (compressedLength > 0 ? [[digest, index]] : [])),
    );
    const missing = await this.#parts.store.missing([...wanted.keys()]);
    const fresh: Flight[] = [];
    const arrivals = missing.map((digest) => {
      const bytes = this.#parts.memory.get(digest);
      if (bytes) return this.#keep({ digest, bytes });
      return arrival(asked, this.#join(asked, digest, wanted.get(digest) ?? -1, fresh));
    });
    if (fresh.length > 0) void this.#load(asked, fresh);
    const counts = await Promise.all(arrivals);
    return counts.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Where the bytes of these chunks are, without loading any. */
  async locate({ part }: Asked, indexes: readonly number[]): Promise<Readonly<Record<Origin, number>>> {
    const digests = indexes.flatMap((index) => {
      const record = part.records[index];
      return record && record.compressedLength > 0 && !this.#parts.memory.get(record.digest) ? [record.digest] : [];
    });
    const missing = new Set(await this.#parts.store.missing(digests).catch(() => digests));
    const network = digests.filter((digest) => missing.has(digest)).length;
    const counts = { memory: indexes.length - digests.length, device: digests.length - network, network };
    return { memory: counts.memory * CHUNK_BYTES, device: counts.device * CHUNK_BYTES, network: network * CHUNK_BYTES };
  }

  /** Resolves when nothing is being fetched or stored. */
  idle(): Promise<void> {
    return this.#gate.idle();
  }

  /** The chunk's flight: one that is under way, or a new one. */
  #join({ urgency }: Asked, digest: Digest, index: number, fresh: Flight[]): Flight {
    const under = this.#flights.get(digest);
    if (urgency === 'now') under?.ticket?.hurry();
    if (under) return under;
    const flight: Flight = {
      digest,
      index,
      loaded: Deferred.unobserved(),
      stored: Deferred.unobserved(),
      ticket: undefined,
    };
    this.#flights.set(digest, flight);
    fresh.push(flight);
    return flight;
  }

  /** What was not kept when it came. */
  async #keep(content: Content): Promise<number> {
    await this.#parts.writer.put(content);
    return 0;
  }

  /** Looks on the device, then plans requests for the rest. */
  async #load(asked: Asked, flights: readonly Flight[]): Promise<void> {
    const kept = await this.#kept(flights.map(({ digest }) => digest));
    const lacking = new Map<number, Flight>();
    for (const [i, flight] of flights.entries()) {
      const bytes = kept[i];
      if (bytes) this.#land(flight, { bytes, origin: 'device' });
      else lacking.set(flight.index, flight);
    }
    for (const { indexes } of planSpans(asked.part.records, lacking.keys(), SPAN_LIMITS[asked.urgency])) {
      const span = new Map(indexes.flatMap((index) => [[index, lacking.get(index)] as const]));
      const ticket = this.#gate.enter(asked.urgency, () => this.#fetch(asked, span));
      for (const flight of span.values()) if (flight) flight.ticket = ticket;
    }
  }

  /** Ends when all is stored or has failed: more is fetched only when there is room for it in memory. */
  async #fetch(asked: Asked, flights: ReadonlyMap<number, Flight | undefined>): Promise<void> {
    const coming = new Map(flights);
    const writes: Promise<void>[] = [];
    const take = (index: number, content: Content): void => {
      const flight = coming.get(index);
      coming.delete(index);
      if (flight) writes.push(this.#store(flight, content));
    };
    try {
      await this.#parts.fetcher.fetch(asked.wanted, asked.part, [...flights.keys()], SPAN_LIMITS[asked.urgency], take);
    } catch (error) {
      for (const flight of coming.values()) this.#fail(flight, error);
    }
    await Promise.all(writes);
  }

  async #store(flight: Flight, content: Content): Promise<void> {
    this.#parts.memory.set(content.digest, content.bytes);
    flight.loaded.resolve({ bytes: content.bytes, origin: 'network' });
    try {
      await this.#parts.writer.put(content);
      flight.stored.resolve();
    } catch (error) {
      flight.stored.reject(error);
      this.#parts.onError(AppError.from(error));
    }
    this.#flights.delete(flight.digest);
  }

  #land(flight: Flight, loaded: Loaded): void {
    this.#parts.memory.set(flight.digest, loaded.bytes);
    this.#flights.delete(flight.digest);
    flight.loaded.resolve(loaded);
    flight.stored.resolve();
  }

  #fail(flight: Flight | undefined, error: unknown): void {
    if (!flight) return;
    this.#flights.delete(flight.digest);
    flight.loaded.reject(error);
    flight.stored.reject(error);
  }

  /** What of `digests` is on the device; nothing where the device does not answer, as servers have it too. */
  async #kept(digests: readonly Digest[]): Promise<readonly (Uint8Array<ArrayBuffer> | undefined)[]> {
    try {
      return await this.#parts.store.get(digests);
    } catch (error) {
      this.#parts.onError(AppError.from(error));
      return [];
    }
  }
}

function recordOf({ part }: Asked, index: number): ChunkRecord {
  const record = part.records[index];
  if (record) return record;
  throw new AppError('request/invalid', { detail: `there is no chunk ${index}.` });
}

/** Compressed bytes that a flight brought over the network, once they are on the device. */
async function arrival({ part }: Asked, flight: Flight): Promise<number> {
  const { origin } = await flight.loaded.promise;
  await flight.stored.promise;
  return origin === 'network' ? (part.records[flight.index]?.compressedLength ?? 0) : 0;
}
