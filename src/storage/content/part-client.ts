import { CHUNK_BYTES, type ChunkRecord } from '#domain/container/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { Deferred, untilAborted } from '#domain/async/index.ts';
import type { ChunkedPart } from '../remote/chunk-fetcher.ts';
import { piecesOf } from '../remote/transfer.ts';
import type { PartName } from './container.ts';
import { brokenOff, type ContentClient } from './content-client.ts';

/** Chunks of zeros between two wanted chunks that are rather read than asked around. */
const MAX_ZEROS = 4;
/** Times that a run is asked for again when it breaks off without a single chunk. */
const TRIES = 3;

type Chunk = Uint8Array<ArrayBuffer>;

/** Neighbouring chunks that one request reads. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/** A part of a container by chunks: from the device, else through the local routes. */
export class PartClient {
  readonly #client: ContentClient;
  readonly #name: PartName;
  readonly #part: ChunkedPart;
  readonly #flights = new Map<number, Deferred<Chunk>>();

  constructor(client: ContentClient, name: PartName, part: ChunkedPart) {
    this.#client = client;
    this.#name = name;
    this.#part = part;
  }

  get records(): readonly ChunkRecord[] {
    return this.#part.records;
  }

  /** One chunk; however many ask for it at a time, it is read once. @throws AppError as the routes do */
  async read(index: number): Promise<Chunk> {
    const [flight] = this.#readAll([index]);
    if (!flight) throw new RangeError(`there is no chunk ${index}`);
    return flight;
  }

  /**
   * The chunks of `indexes`, in any order, as they come.
   * @param onChunk called for each
   * @throws AppError as the routes do
   */
  async readMany(
    indexes: readonly number[],
    onChunk: (index: number, chunk: Chunk) => void,
    { signal }: Cancellable = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const flights = this.#readAll(indexes);
    const arrivals = indexes.map(async (index, i) => {
      const chunk = await flights[i];
      signal?.throwIfAborted();
      if (!chunk) throw new RangeError(`there is no chunk ${index}`);
      onChunk(index, chunk);
    });
    await untilAborted(Promise.all(arrivals), signal);
  }

  /** Brings those of the chunks to the device that are not there. @throws AppError as the routes do */
  async bring(indexes: readonly number[], options: Cancellable = {}): Promise<void> {
    const wanted = indexes.flatMap((index) => (this.records[index] ? [{ index, ...this.records[index] }] : []));
    const missing = new Set(await this.#client.missing(wanted.map(({ digest }) => digest)));
    const lacking = wanted.filter(({ digest }) => missing.has(digest)).map(({ index }) => index);
    if (lacking.length > 0) await this.#client.bring(this.#name, lacking, options);
  }

  /** Flights for the chunks, in order: those under way, and new ones. */
  #readAll(indexes: readonly number[]): readonly (Promise<Chunk> | undefined)[] {
    const fresh = new Map<number, Deferred<Chunk>>();
    const all = indexes.map((index) => {
      if (!this.records[index]) return undefined;
      const flight = this.#flights.get(index) ?? new Deferred<Chunk>();
      if (!this.#flights.has(index)) fresh.set(index, flight);
      this.#flights.set(index, flight);
      return flight.promise;
    });
    for (const [index, { promise }] of fresh) {
      const land = (): void => void this.#flights.delete(index);
      promise.then(land, land);
    }
    if (fresh.size > 0) void this.#load(fresh);
    return all;
  }

  async #load(flights: ReadonlyMap<number, Deferred<Chunk>>): Promise<void> {
    const solid = [...flights.keys()].filter((index) => (this.records[index]?.compressedLength ?? 0) > 0);
    for (const [index, flight] of flights) {
      if (this.records[index]?.compressedLength === 0) flight.resolve(new Uint8Array(CHUNK_BYTES));
    }
    if (solid.length === 0) return;
    const kept = await this.#client.kept(solid.flatMap((index) => this.records[index]?.digest ?? []));
    for (const [i, index] of solid.entries()) if (kept[i]) flights.get(index)?.resolve(kept[i]);
    this.#client.noteRead(
      'device',
      kept.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0),
    );
    const lacking = solid.filter((_, i) => !kept[i]);
    await Promise.all(planRuns(this.records, lacking).map((run) => this.#readRun(run, flights)));
  }

  /** Reads a run to its end: where an answer breaks off, the next begins. A failure is that of all that have not come. */
  async #readRun({ first, last }: Run, flights: ReadonlyMap<number, Deferred<Chunk>>): Promise<void> {
    let next = first;
    try {
      for (let tried = 1; next <= last; tried++) {
        const { count, failure } = await this.#readSome(next, last, flights);
        if (count > 0) tried = 1;
        else if (tried >= TRIES) throw brokenOff(failure);
        next += count;
      }
    } catch (error) {
      for (let index = next; index <= last; index++) flights.get(index)?.reject(error);
    }
  }

  /**
   * Reads chunks until the end or until the answer breaks off.
   * @returns how many have come, and why it broke off
   * @throws AppError that an answer reports
   */
  async #readSome(
    first: number,
    last: number,
    flights: ReadonlyMap<number, Deferred<Chunk>>,
  ): Promise<{ readonly count: number; readonly failure?: unknown }> {
    // The end of the last chunk is the end of the part, wherever that is: a range may go beyond it.
    const response = await this.#client.open(this.#name, first * CHUNK_BYTES, (last + 1) * CHUNK_BYTES - 1, {});
    const size = Number(/\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1]);
    let count = 0;
    const cutter = new ChunkCutter(first, Math.min(size, (last + 1) * CHUNK_BYTES), (index, chunk) => {
      flights.get(index)?.resolve(chunk);
      count++;
    });
    try {
      for await (const piece of piecesOf(response)) cutter.take(piece);
      return { count, failure: new RangeError('it was too short') };
    } catch (failure) {
      return { count, failure };
    }
  }
}

/** Puts the pieces of a stream together to chunks. */
class ChunkCutter {
  readonly #end: number;
  readonly #onChunk: (index: number, chunk: Chunk) => void;
  #index: number;
  #chunk: Chunk;
  #filled = 0;

  /** @param end of the stream in bytes of the part */
  constructor(index: number, end: number, onChunk: (index: number, chunk: Chunk) => void) {
    this.#index = index;
    this.#end = end;
    this.#onChunk = onChunk;
    this.#chunk = this.#fresh();
  }

  take(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + this.#chunk.length - this.#filled);
      if (part.length === 0) throw new RangeError('an answer of the app itself was too long');
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#chunk.length) this.#finish();
    }
  }

  #finish(): void {
    this.#onChunk(this.#index, this.#chunk);
    this.#index++;
    this.#chunk = this.#fresh();
    this.#filled = 0;
  }

  #fresh(): Chunk {
    return new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, this.#end - this.#index * CHUNK_BYTES)));
  }
}

/** Runs of neighbours that hold all of `indexes`, with few chunks of zeros between them and no other. */
function planRuns(records: readonly ChunkRecord[], indexes: readonly number[]): readonly Run[] {
  const runs: { first: number; last: number }[] = [];
  for (const index of indexes.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    const between = run ? records.slice(run.last + 1, index) : [];
    if (run && between.length <= MAX_ZEROS && between.every(({ compressedLength }) => compressedLength === 0)) {
      run.last = index;
    } else runs.push({ first: index, last: index });
  }
  return runs;
}
