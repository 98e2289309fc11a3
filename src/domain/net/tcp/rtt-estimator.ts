/**
 * RFC 6298 asks for at least a second, for the sake of delayed acknowledgements on slow machines. Linux, which the guests
 * run, delays them 200 ms at most and uses 200 itself; this is a little more, because an emulated machine may be late.
 */
const LEAST_TIMEOUT_MS = 250;
const MOST_TIMEOUT_MS = 60_000;
const FIRST_TIMEOUT_MS = 1000;
/** After a lost SYN (RFC 6298, 5.7). */
const AFTER_LOST_SYN_MS = 3000;
/** What a clock may be off by. */
const GRANULARITY_MS = 1;

/** How long to wait for an acknowledgement (RFC 6298). Milliseconds. */
export class RttEstimator {
  #smoothed: number | undefined;
  #variation = 0;
  #timeout = FIRST_TIMEOUT_MS;

  get timeout(): number {
    return this.#timeout;
  }

  /** Takes a time from a segment to its acknowledgement; never of a segment that was sent twice (Karn). */
  sample(rtt: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = rtt;
      this.#variation = rtt / 2;
    } else {
      this.#variation += (Math.abs(this.#smoothed - rtt) - this.#variation) / 4;
      this.#smoothed += (rtt - this.#smoothed) / 8;
    }
    const timeout = this.#smoothed + Math.max(GRANULARITY_MS, 4 * this.#variation);
    this.#timeout = Math.min(Math.max(timeout, LEAST_TIMEOUT_MS), MOST_TIMEOUT_MS);
  }

  /** The time was over without an acknowledgement: the next one is twice as long, until there is a new sample. */
  backOff(): void {
    this.#timeout = Math.min(this.#timeout * 2, MOST_TIMEOUT_MS);
  }

  /** A connection begins without a sample, because its SYN was sent more than once. */
  synLost(): void {
    this.#timeout = AFTER_LOST_SYN_MS;
  }
}
