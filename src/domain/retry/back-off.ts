/** How long a thing that fails is left alone. Milliseconds. */
export interface BackOffLimits {
  /** After the first failure. */
  readonly first: number;
  /** At most, however often it fails. */
  readonly most: number;
}

/**
 * Milliseconds to wait before the next try: doubled with each failure, half of it by chance, so that many who were sent
 * away at once do not come back at once.
 * @param failures in a row, from 1 on
 * @param random at least 0, less than 1
 * @param retryAfter what the server asked for (`parseRetryAfter`): it is never asked earlier than that
 */
export function backOff(failures: number, random: number, limits: BackOffLimits, retryAfter = 0): number {
  // 2 ** 1024 is Infinity, which the cap makes finite again; but 0 * Infinity is no number.
  const whole = Math.min(limits.most, limits.first * 2 ** Math.min(Math.max(failures - 1, 0), 1000));
  return Math.max(retryAfter, Math.round(whole / 2 + (random * whole) / 2));
}
