/** Why a machine stands still: a full terminal, a missing chunk, the user's wish, a state being saved. */
export type HoldReason = 'console' | 'disk' | 'user' | 'save';

/** Counts the reasons for which a machine stands still; it runs when there is none. */
export class Holds {
  readonly #reasons = new Set<HoldReason>();
  readonly #run: () => Promise<void>;
  readonly #halt: () => Promise<void>;
  #runs = true;
  #change: Promise<void> | undefined;

  constructor(run: () => Promise<void>, halt: () => Promise<void>) {
    this.#run = run;
    this.#halt = halt;
  }

  get running(): boolean {
    return this.#reasons.size === 0;
  }

  /** Resolves when the machine stands still. */
  hold(reason: HoldReason): Promise<void> {
    this.#reasons.add(reason);
    return this.#follow();
  }

  release(reason: HoldReason): Promise<void> {
    this.#reasons.delete(reason);
    return this.#follow();
  }

  /**
   * Begins at once, as the guest is to stop in the middle of its slice. One change after the other: v86 forgets who waits
   * for it to stop when it is told to run before it did.
   */
  #follow(): Promise<void> {
    if (this.#runs === this.running) return this.#change ?? Promise.resolve();
    this.#change ??= this.#settle();
    return this.#change;
  }

  async #settle(): Promise<void> {
    try {
      while (this.#runs !== this.running) {
        this.#runs = this.running;
        await (this.#runs ? this.#run() : this.#halt());
      }
    } finally {
      // In the same step as the last look, so that no reason given after it finds a change that is over.
      this.#change = undefined;
    }
  }
}
