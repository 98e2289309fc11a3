/** Seconds over which a speed is averaged. */
const WINDOW_SECONDS = 3;

/** How a transfer stands. */
export interface Measured {
  readonly bytes: number;
  readonly total: number;
  /** Bytes a second over the last three seconds. */
  readonly rate: number;
  /** Seconds left at that rate; undefined while nothing is known. */
  readonly secondsLeft: number | undefined;
}

/** Speed and time left of a transfer. The caller gives the time, in milliseconds. */
export class RateMeter {
  readonly #total: number;
  #bytes: number;
  #samples: { readonly at: number; readonly bytes: number }[];

  /** @param bytes that are here already and count for no speed */
  constructor(total: number, bytes: number, now: number) {
    this.#total = total;
    this.#bytes = bytes;
    this.#samples = [{ at: now, bytes }];
  }

  /** Counts `bytes` more. */
  add(bytes: number, now: number): void {
    this.#bytes += bytes;
    this.#samples.push({ at: now, bytes: this.#bytes });
    const from = now - WINDOW_SECONDS * 1000;
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? now) <= from) this.#samples.shift();
  }

  measure(now: number): Measured {
    const first = this.#samples[0];
    const seconds = first ? (now - first.at) / 1000 : 0;
    const rate = first && seconds > 0 ? (this.#bytes - first.bytes) / seconds : 0;
    const left = this.#total - this.#bytes;
    const secondsLeft = left <= 0 ? 0 : rate > 0 ? left / rate : undefined;
    return { bytes: this.#bytes, total: this.#total, rate, secondsLeft };
  }
}
