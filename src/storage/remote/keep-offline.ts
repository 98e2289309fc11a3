import { RateMeter } from '#domain/progress/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { TransferProgress } from '#ports/progress.ts';
import type { ChunkedBlob } from './chunked-blob.ts';
import type { RemoteContainer } from './container.ts';

/** Chunks asked for at a time: large enough for long requests, small enough that the guest's own reads get through. */
const BATCH_CHUNKS = 24;

/** Share of a container's bytes that are on this device, 0 to 1. */
export async function shareHere(container: RemoteContainer, store: ContentStore, options: Cancellable = {}): Promise<number> {
  const pieces = await container.pieces(options);
  const missing = new Set(await store.missing(pieces.map((piece) => piece.digest)));
  const total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  const here = pieces.reduce((sum, piece) => sum + (missing.has(piece.digest) ? 0 : piece.bytes), 0);
  return total === 0 ? 1 : here / total;
}

/**
 * Fetches what a container lacks on this device, until it boots without a server. Begun again, it goes on where it was.
 * @throws AppError `source/*`, `chunk/digest-mismatch`, `storage/*`
 */
export async function keepOffline(
  container: RemoteContainer,
  store: ContentStore,
  options: Cancellable & { readonly onProgress: (progress: TransferProgress) => void },
): Promise<void> {
  const pieces = await container.pieces(options);
  const missing = new Set(await store.missing(pieces.map((piece) => piece.digest)));
  const total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  const lacking = pieces.reduce((sum, piece) => sum + (missing.has(piece.digest) ? piece.bytes : 0), 0);
  const meter = new RateMeter(total, total - lacking, performance.now());
  await Promise.all([container.kernel(options), container.initrd(options), container.trace(options)]);
  for (const layer of [...container.parts.snapshots, container.parts.disk]) {
    const blob = await container.chunked(layer, options);
    for (const batch of batches(blob, missing)) {
      const count = (index: number): void => meter.add(blob.records[index]?.compressedLength ?? 0, performance.now());
      await blob.readMany(batch, count, options);
      options.onProgress(meter.measure(performance.now()));
    }
  }
}

function batches(blob: ChunkedBlob, missing: ReadonlySet<string>): number[][] {
  const lacking = blob.records.flatMap((record, index) =>
    record.compressedLength > 0 && missing.has(record.digest) ? [index] : [],
  );
  return Array.from({ length: Math.ceil(lacking.length / BATCH_CHUNKS) }, (_, i) =>
    lacking.slice(i * BATCH_CHUNKS, (i + 1) * BATCH_CHUNKS),
  );
}
