import { AppError } from '#domain/errors/index.ts';
import { RateMeter } from '#domain/progress/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { TransferProgress } from '#ports/progress.ts';
import type { ChunkedBlob } from './chunked-blob.ts';
import type { Piece, RemoteContainer } from './container.ts';

/** Chunks asked for at a time: large enough for long requests, small enough that the guest's own reads get through. */
const BATCH_CHUNKS = 24;

/** Share of a container's bytes that are on this device, 0 to 1. */
export async function shareHere(
  container: RemoteContainer,
  store: ContentStore,
  options: Cancellable = {},
): Promise<number> {
  const pieces = await container.pieces(options);
  const missing = new Set(await store.missing(pieces.map((piece) => piece.digest)));
  const total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  const here = pieces.reduce((sum, piece) => sum + (missing.has(piece.digest) ? 0 : piece.bytes), 0);
  return total === 0 ? 1 : here / total;
}

/**
 * Fetches what a container lacks on this device, until it boots without a server. Begun again, it goes on where it was.
 * @throws AppError `source/*`, `chunk/digest-mismatch`, `storage/*`; `storage/full` as soon as something was not kept
 */
export async function keepOffline(
  container: RemoteContainer,
  store: ContentStore,
  options: Cancellable & { readonly onProgress: (progress: TransferProgress) => void },
): Promise<void> {
  const { signal, onProgress } = options;
  const lacking = await Lacking.of(container, store, { signal });
  for (const descriptor of container.documents) await container.document(descriptor, { signal });
  await lacking.arrived(container.documents.map(({ digest }) => digest));
  for (const layer of [...container.parts.snapshots, container.parts.disk]) {
    const blob = await container.chunked(layer, { signal });
    for (const batch of batches(blob, lacking)) {
      await blob.readMany([...batch.values()], () => undefined, { signal });
      await lacking.arrived([...batch.keys()]);
      onProgress(lacking.progress);
    }
  }
  onProgress(lacking.progress);
}

/** What is not here yet, and how far that is. */
class Lacking {
  readonly #container: RemoteContainer;
  readonly #store: ContentStore;
  readonly #bytes: Map<string, number>;
  readonly #meter: RateMeter;

  private constructor(
    container: RemoteContainer,
    store: ContentStore,
    pieces: readonly Piece[],
    bytes: Map<string, number>,
  ) {
    const total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    const left = [...bytes.values()].reduce((sum, each) => sum + each, 0);
    this.#container = container;
    this.#store = store;
    this.#bytes = bytes;
    this.#meter = new RateMeter(total, total - left, performance.now());
  }

  static async of(container: RemoteContainer, store: ContentStore, options: Cancellable): Promise<Lacking> {
    const pieces = await container.pieces(options);
    const missing = new Set(await store.missing(pieces.map((piece) => piece.digest)));
    const lacking = pieces.filter((piece) => missing.has(piece.digest));
    return new Lacking(container, store, pieces, new Map(lacking.map((piece) => [piece.digest, piece.bytes])));
  }

  get progress(): TransferProgress {
    return this.#meter.measure(performance.now());
  }

  has(digest: string): boolean {
    return this.#bytes.has(digest);
  }

  /** Counts what was fetched. @throws AppError `storage/full` when the device did not keep it */
  async arrived(digests: Parameters<ContentStore['missing']>[0]): Promise<void> {
    const lost = await this.#store.missing(digests);
    if (lost.length > 0) throw new AppError('storage/full', { what: `“${this.#container.config.title}”` });
    for (const digest of digests) {
      this.#meter.add(this.#bytes.get(digest) ?? 0, performance.now());
      this.#bytes.delete(digest);
    }
  }
}

/** Chunks that are lacking, by digest: what a blob holds twice is fetched once. */
function batches(blob: ChunkedBlob, lacking: Lacking): ReadonlyMap<ChunkedBlob['records'][number]['digest'], number>[] {
  const chunks = blob.records.flatMap((record, index) =>
    record.compressedLength > 0 && lacking.has(record.digest) ? [[record.digest, index] as const] : [],
  );
  const wanted = [...new Map(chunks.toReversed())].toSorted(([, a], [, b]) => a - b);
  return Array.from(
    { length: Math.ceil(wanted.length / BATCH_CHUNKS) },
    (_, i) => new Map(wanted.slice(i * BATCH_CHUNKS, (i + 1) * BATCH_CHUNKS)),
  );
}
