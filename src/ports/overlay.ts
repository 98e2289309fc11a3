/** What a guest has written to its disk, over the container's blocks. Ranges are whole sectors, in bytes. */
export interface Overlay {
  /** Changes with every write. 0: nothing was ever written. */
  readonly version: number;
  /** True when every sector of the range was written, so that the base is not needed. */
  covers(start: number, length: number): boolean;
  /** Lays the written sectors over `target`, which holds the base's bytes from `start` on. @throws AppError `storage/*` */
  apply(start: number, target: Uint8Array): void;
  /** Copies what it needs of `bytes`. May be repeated when it throws. @throws AppError `storage/*` */
  write(start: number, bytes: Uint8Array): void;
  /** When it returns, all that was written will be there after a crash, if anything is. @throws AppError `storage/*` */
  flush(): void;
  /**
   * Runs `write`, which writes to it while nothing has been written yet: after a crash all of that is there, or nothing.
   * @throws RangeError when something has been written; AppError `storage/*`
   */
  fill(write: () => void): void;
}
