import type { Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { RateMeter } from '#domain/progress/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { TransferProgress } from '#ports/progress.ts';
import type { LocalFetch } from '../local-server.ts';
import { fullFor } from '../room.ts';
import { Container, type PartName } from './container.ts';
import { ContentClient } from './content-client.ts';
import { holdContainer } from './locks.ts';
import { chunksHere, type ContainerStatus } from './status.ts';

/** Chunks asked for at a time: enough for long requests, few enough to take turns with other downloads. */
const BATCH_CHUNKS = 24;
/** Batches under way at a time, of all downloads together: while one comes, the next is asked for. */
const TURNS = 2;

export interface KeeperParts {
  /** Absolute URL below which `c/` is; ends with `/`. */
  readonly scope: string;
  readonly fetch: LocalFetch;
}

export interface KeepOptions extends Cancellable {
  /** Catalogs that may have it, beside those of the user's sources. */
  readonly from?: readonly string[];
  readonly onProgress: (progress: TransferProgress) => void;
}

/** Chunks of one part, and the bytes that each costs. */
interface Batch {
  readonly part: PartName;
  readonly chunks: readonly number[];
  readonly bytes: number;
}

/** Downloads containers whole, until they boot without a server. Downloads under way take turns. */
export class ContainerKeeper {
  readonly #parts: KeeperParts;
  readonly #turns = new Turns(TURNS);

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /**
   * Fetches what a container lacks on this device: documents, then snapshots, then the disk. Begun again, it goes on where
   * it was, however it ended.
   * @throws AppError `source/*`, `chunk/digest-mismatch`, `container/*`, `storage/*`; the signal's reason
   */
  async keep(manifest: Digest, { from = [], onProgress, signal }: KeepOptions): Promise<void> {
    const client = this.#client(manifest, from);
    const ending = new AbortController();
    try {
      // Nobody may make room for one download with what another has brought.
      await holdContainer(manifest, ending.signal);
      await this.#turns.take({ signal }, () => client.bring('documents', [], { background: true, signal }));
      const container = await Container.open(manifest, (ref, options) => client.document(ref, options), { signal });
      const before = await client.status({ signal });
      const meter = new RateMeter(before.total, before.here, performance.now());
      const report = (bytes: number): void => {
        meter.add(bytes, performance.now());
        onProgress(meter.measure(performance.now()));
      };
      report(0);
      const batches = await batchesOf(container, before);
      await fullFor(nameOf(container), () => this.#bringAll(client, batches, report, signal));
      await checkWhole(client, container, { signal });
    } finally {
      ending.abort();
    }
  }

  /** How much of a container is here, without fetching anything. @throws AppError `storage/*` */
  async progressOf(manifest: Digest): Promise<TransferProgress> {
    const { here: bytes, total } = await this.#client(manifest, []).status();
    return { bytes, total, rate: 0, secondsLeft: undefined };
  }

  #client(manifest: Digest, sources: readonly string[]): ContentClient {
    return new ContentClient({ ...this.#parts, manifest, sources });
  }

  /** As many lanes as there are turns: alone, a download has all of them; beside others, its share. */
  async #bringAll(
    client: ContentClient,
    batches: readonly Batch[],
    report: (bytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const left = [...batches];
    let ended = false;
    const lane = async (): Promise<void> => {
      for (let batch = left.shift(); batch; batch = left.shift()) {
        const { part, chunks, bytes } = batch;
        await this.#turns.take({ signal }, () => client.bring(part, chunks, { background: true, signal }));
        // What comes after a failure is kept, but must not look like a download that goes on.
        if (!ended) report(bytes);
      }
    };
    try {
      await Promise.all(Array.from({ length: TURNS }, lane));
    } finally {
      // The other lanes end with the batch that they are at.
      ended = true;
      left.length = 0;
    }
  }
}

/** What a container lacks, each piece once: what a disk holds twice is fetched once. */
async function batchesOf(container: Container, status: ContainerStatus): Promise<readonly Batch[]> {
  const seen = new Set<Digest>();
  const batches: Batch[] = [];
  for (const part of container.partNames) {
    const { records } = await container.part(part);
    const told = status.parts.find((each) => each.part === part);
    const here = told ? chunksHere(told, records.length) : [];
    const lacking = records.flatMap(({ digest, compressedLength }, index) => {
      const isNew = compressedLength > 0 && here[index] !== true && !seen.has(digest);
      seen.add(digest);
      return isNew ? [{ index, bytes: compressedLength }] : [];
    });
    for (let at = 0; at < lacking.length; at += BATCH_CHUNKS) {
      const batch = lacking.slice(at, at + BATCH_CHUNKS);
      const bytes = batch.reduce((sum, chunk) => sum + chunk.bytes, 0);
      batches.push({ part, chunks: batch.map(({ index }) => index), bytes });
    }
  }
  return batches;
}

/** What was brought may have been lost meanwhile. @throws AppError `storage/full` */
async function checkWhole(client: ContentClient, container: Container, options: Cancellable): Promise<void> {
  const { here, total } = await client.status(options);
  if (here < total) throw new AppError('storage/full', { what: nameOf(container) });
}

/** What there was no room for. */
function nameOf({ title }: Container): string {
  return `“${title}”`;
}

/** Lets a few works run at a time, in the order in which they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take<T>({ signal }: Cancellable, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
