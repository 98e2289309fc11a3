import type { DiskRoom } from '#domain/guest/index.ts';

/** A running machine's disk. */
export interface DiskReport extends DiskRoom {
  /** Bytes of the disk; its file system takes some of them for itself. */
  readonly size: number;
}

/** What the user sees and sets of a running machine's disk. Every method may throw AppError `machine/*`. */
export interface DiskDesk {
  disk(): Promise<DiskReport>;
  /**
   * Makes the disk larger and restarts the machine on it, whose file system is grown then. Only checkpoints that are made from
   * now on have the larger disk: going back to an earlier one brings the smaller one back.
   * @param bytes up to MOST_DISK_BYTES; rounded up to whole MiB
   * @throws AppError `disk/not-larger`, `disk/too-large`, `disk/busy`, `storage/*`: then nothing has happened; `disk/unused`
   *   when the machine has restarted, but its file system is as small as before
   */
  growDisk(bytes: number): Promise<void>;
}
