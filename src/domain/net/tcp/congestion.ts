import { distance, type Sequence } from './sequence.ts';

/** Acknowledgements that say the same before a segment counts as lost (RFC 5681, 3.2). */
const DUPLICATES = 3;
/** Segments that may be sent before the first acknowledgement (RFC 6928). */
const INITIAL_SEGMENTS = 10;

/** How much may be on its way, for the network's sake: RFC 5681 with the recovery of RFC 6582 (NewReno). Bytes. */
export class Congestion {
  readonly #mss: number;
  readonly #most: number;
  #window: number;
  #threshold = Infinity;
  #duplicates = 0;
  /** Recovery lasts until this is acknowledged; losses before it are the same one. */
  #recover: Sequence;
  #recovering = false;

  /**
   * @param first the number before the first byte
   * @param most bytes that are ever on their way; growing beyond would say nothing
   */
  constructor(mss: number, first: Sequence, most: number) {
    this.#mss = mss;
    this.#recover = first;
    this.#most = most;
    this.#window = INITIAL_SEGMENTS * mss;
  }

  get window(): number {
    return this.#window;
  }

  /**
   * New bytes were acknowledged.
   * @param upTo the acknowledgement; @param outstanding bytes on their way after it
   * @returns true when the segment after them is lost, too, and has to be sent again
   */
  acknowledged(count: number, upTo: Sequence, outstanding: number): boolean {
    this.#duplicates = 0;
    if (!this.#recovering) {
      this.#grow(count);
      return false;
    }
    if (distance(this.#recover, upTo) >= 0) {
      this.#recovering = false;
      this.#window = Math.min(this.#threshold, Math.max(outstanding, this.#mss) + this.#mss);
      return false;
    }
    this.#window = Math.max(this.#window - count, 0) + this.#mss;
    return true;
  }

  /**
   * The same acknowledgement came once more: a segment has arrived, but not the next one.
   * @param upTo the acknowledgement; @param highest the number after the last that was sent
   * @returns true when the next one is lost and has to be sent again
   */
  duplicate(upTo: Sequence, highest: Sequence): boolean {
    this.#duplicates++;
    if (this.#recovering) {
      this.#window = Math.min(this.#window + this.#mss, this.#most);
      return false;
    }
    if (this.#duplicates !== DUPLICATES || distance(this.#recover, upTo) <= 0) return false;
    this.#reduce(distance(upTo, highest));
    this.#window = this.#threshold + DUPLICATES * this.#mss;
    this.#recover = highest;
    this.#recovering = true;
    return true;
  }

  /** Nothing was acknowledged for too long. @param outstanding bytes on their way; @param highest as above */
  timedOut(outstanding: number, highest: Sequence): void {
    this.#reduce(outstanding);
    this.#window = this.#mss;
    this.#recover = highest;
    this.#recovering = false;
    this.#duplicates = 0;
  }

  /** Nothing was sent for so long that the window says nothing any more (RFC 5681, 4.1). */
  idle(): void {
    this.#window = Math.min(this.#window, INITIAL_SEGMENTS * this.#mss);
  }

  #grow(count: number): void {
    const slowStart = this.#window < this.#threshold;
    // RFC 3465: by what was acknowledged, so that a receiver that acknowledges seldom does not slow it down.
    const step = slowStart ? Math.min(count, 2 * this.#mss) : (this.#mss * Math.min(count, this.#mss)) / this.#window;
    this.#window = Math.min(this.#window + step, this.#most);
  }

  #reduce(outstanding: number): void {
    this.#threshold = Math.max(outstanding / 2, 2 * this.#mss);
  }
}
