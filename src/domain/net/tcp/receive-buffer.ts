import type { Bytes } from '../wire.ts';
import { Ring } from './ring.ts';

/** Runs of bytes beyond a gap that are remembered; what would make more is lost, and comes again. */
const MOST_RUNS = 64;

/** Positions in the stream: from the first byte to the one after the last. */
interface Run {
  begin: number;
  end: number;
}

/** Bytes that came and were not read yet, put in order. */
export class ReceiveBuffer {
  readonly #ring = new Ring();
  readonly #limit: number;
  #read = 0;
  /** Up to here there is no gap. */
  #whole = 0;
  /** What came early: in order, not touching each other, beyond a gap. */
  #runs: Run[] = [];

  /** @param limit bytes from the first that was not read to the last that can be taken */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that can be read now. */
  get readable(): number {
    return this.#whole - this.#read;
  }

  /** Room for further bytes in order. */
  get room(): number {
    return this.#limit - this.readable;
  }

  /** True when something came that lies beyond a gap. */
  get hasGap(): boolean {
    return this.#runs.length > 0;
  }

  /**
   * Takes what has room and is new.
   * @param offset of the first byte, counted from the first that is missing; negative for what was here before
   * @returns by how many bytes the stream without gaps has grown
   */
  take(offset: number, bytes: Uint8Array): number {
    const skipped = Math.max(0, -offset);
    const begin = this.#whole + offset + skipped;
    const end = Math.min(this.#whole + offset + bytes.length, this.#read + this.#limit);
    if (begin >= end) return 0;
    const inOrder = begin === this.#whole && this.#runs.length === 0;
    if (!inOrder && !this.#mark(begin, end)) return 0;
    const taken = end - begin === bytes.length ? bytes : bytes.subarray(skipped, skipped + end - begin);
    this.#ring.write(begin, taken);
    if (!inOrder) return this.#closeGap();
    this.#whole = end;
    return end - begin;
  }

  /** Up to `most` bytes, as bytes of their own; empty when there are none. */
  read(most: number): Bytes {
    const bytes = this.#ring.copy(this.#read, Math.min(most, this.readable));
    this.#read += bytes.length;
    this.#ring.release(this.#read);
    return bytes;
  }

  /** Forgets all that was not read. */
  clear(): void {
    this.#read = this.#whole;
    this.#runs = [];
    this.#ring.clear();
  }

  /** Notes that the bytes are here; false when they are not to be kept. */
  #mark(begin: number, end: number): boolean {
    const apart = this.#runs.filter((run) => run.end < begin || run.begin > end);
    if (apart.length >= MOST_RUNS && begin > this.#whole) return false;
    const joined = this.#runs.filter((run) => run.end >= begin && run.begin <= end);
    const run = {
      begin: Math.min(begin, ...joined.map((each) => each.begin)),
      end: Math.max(end, ...joined.map((each) => each.end)),
    };
    this.#runs = [...apart, run].toSorted((a, b) => a.begin - b.begin);
    return true;
  }

  #closeGap(): number {
    const [first] = this.#runs;
    if (!first || first.begin > this.#whole) return 0;
    this.#runs.shift();
    const grown = first.end - this.#whole;
    this.#whole = first.end;
    return grown;
  }
}
