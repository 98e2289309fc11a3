import type { Cancellable } from './cancellation.ts';

/** A read-only disk in chunks of `CHUNK_BYTES`, each verified before anyone sees it. */
export interface BlockSource {
  /** Length of the disk in bytes. */
  readonly size: number;
  /** The chunk if it is at hand in memory, without waiting. */
  peek(index: number): Uint8Array | undefined;
  /** The chunk, fetched where it must be. @throws AppError with the reason when it cannot be had now */
  read(index: number, options?: Cancellable): Promise<Uint8Array>;
  /** Says that these chunks will be wanted soon. Never throws, never waits. */
  prefetch(indexes: readonly number[]): void;
}
