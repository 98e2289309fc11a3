import type { Checkpoint, DiskIdentity } from '#domain/overlay/index.ts';

/** What a guest has written to its disk, over the container's blocks. Ranges are whole sectors, in bytes. */
export interface Overlay {
  /** True when every sector of the range was written, so that the base is not needed. */
  covers(start: number, length: number): boolean;
  /** Lays the written sectors over `target`, which holds the base's bytes from `start` on. @throws AppError `storage/*` */
  apply(start: number, target: Uint8Array): void;
  /** Copies what it needs of `bytes`. May be repeated when it throws. @throws AppError `storage/*` */
  write(start: number, bytes: Uint8Array): void;
  /** When it returns, all that was written will be there after a crash, if anything is. @throws AppError `storage/*` */
  flush(): void;
}

/** An overlay that is kept on this device. */
export interface KeptOverlay extends Overlay {
  /** Changes with every write and every `restore`; the same again after a `restore` of the checkpoint that had it. 0: empty. */
  readonly version: number;
  /** Bytes that it takes. */
  readonly bytes: number;
  readonly checkpoints: readonly Checkpoint[];
  /** Keeps the disk as it is now. @param id a name that is not taken, @param note whatever its keeper wants to find with it */
  checkpoint(id: string, note: string): void;
  restore(id: string): void;
  forget(id: string): void;
  /** Puts everything on the device and lets others open it. */
  close(): void;
}

/** The disks that machines have written on this device. */
export interface OverlayStore {
  /**
   * Opens a machine's disk, or begins one.
   * @throws AppError `storage/locked` when another thread has it, `storage/damaged`, `storage/newer`, `storage/full`,
   *   `storage/unavailable` where the browser keeps no files
   */
  open(machine: string, disk: DiskIdentity): Promise<KeptOverlay>;
  /** @throws AppError `storage/unavailable` */
  list(): Promise<readonly StoredOverlay[]>;
  /** @throws AppError `storage/locked`, `storage/unavailable` */
  remove(machine: string): Promise<void>;
}

export interface StoredOverlay {
  readonly machine: string;
  readonly bytes: number;
}
