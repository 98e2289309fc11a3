/** How a transfer stands. */
export interface TransferProgress {
  /** Bytes that have arrived and been verified. */
  readonly bytes: number;
  /** Bytes in all. */
  readonly total: number;
  /** Bytes a second over the last three seconds. */
  readonly rate: number;
  /** Seconds left at that rate; undefined while nothing is known. */
  readonly secondsLeft: number | undefined;
}
