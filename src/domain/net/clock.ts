/** Time, as the owner of the stack has it. While a machine stands still, so should its clock, or its connections time out. */
export interface Clock {
  /** Milliseconds from any beginning; never less than before. */
  now(): number;
  /**
   * Calls `callback` once, after at least `delay` milliseconds.
   * @returns what calls it off
   */
  after(delay: number, callback: () => void): () => void;
}

/** Milliseconds that are nothing but a rounding error of the clock: added to its time they may change nothing, again and again. */
const ROUNDING_MS = 0.001;

/**
 * A timer that is cheap to move: an acknowledgement moves one with every segment, so one that is put off lets the clock's
 * own run out and asks for the rest then.
 */
export class Timer {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #due: number | undefined;
  #wakesAt = Infinity;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  get running(): boolean {
    return this.#due !== undefined;
  }

  /** Runs out in `delay` milliseconds, whatever was asked for before. */
  start(delay: number): void {
    const wait = Math.max(delay, ROUNDING_MS);
    this.#due = this.#clock.now() + wait;
    if (this.#wakesAt > this.#due) this.#wakeIn(wait);
  }

  /** It does not run out, unless started again. */
  stop(): void {
    this.#due = undefined;
  }

  /** Stops it and takes nothing of the clock any more. */
  dispose(): void {
    this.stop();
    this.#cancel();
    this.#wakesAt = Infinity;
  }

  #wakeIn(delay: number): void {
    this.#cancel();
    this.#wakesAt = this.#clock.now() + delay;
    this.#cancel = this.#clock.after(delay, () => this.#wake());
  }

  #wake(): void {
    this.#wakesAt = Infinity;
    if (this.#due === undefined) return;
    const left = this.#due - this.#clock.now();
    if (left > ROUNDING_MS) return this.#wakeIn(left);
    this.#due = undefined;
    this.#callback();
  }
}
