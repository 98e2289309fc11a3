/**
 * A file that is read and written without waiting, as a browser's FileSystemSyncAccessHandle is. What is written may
 * reach the device in any order, or not at all, until `flush` has returned.
 */
export interface SyncFile {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` from the byte `at` on; returns how many bytes there were. */
  read(at: number, into: Uint8Array): number;
  /**
   * Writes all of `bytes`, making the file longer where it must; a gap reads as zeros. When it throws, what the range
   * holds is not known, and all else is as before.
   * @throws AppError `storage/full`, `storage/unavailable`
   */
  write(at: number, bytes: Uint8Array): void;
  /** When it returns, all that was written is on the device. @throws AppError `storage/full`, `storage/unavailable` */
  flush(): void;
  /** Cuts the file. @throws AppError `storage/unavailable` */
  truncate(size: number): void;
  close(): void;
}
