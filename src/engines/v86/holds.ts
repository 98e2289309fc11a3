/** Why a machine stands still: a full terminal, a missing chunk, the user's wish, a state being saved. */
export type HoldReason = 'console' | 'disk' | 'user' | 'save';

/** Counts the reasons for which a machine stands still; it runs when there is none. */
export class Holds {
  readonly #reasons = new Set<HoldReason>();
  readonly #run: () => Promise<void>;
  readonly #halt: () => Promise<void>;

  constructor(run: () => Promise<void>, halt: () => Promise<void>) {
    this.#run = run;
    this.#halt = halt;
  }

  get running(): boolean {
    return this.#reasons.size === 0;
  }

  /** Resolves when the machine stands still. */
  async hold(reason: HoldReason): Promise<void> {
    this.#reasons.add(reason);
    await this.#halt();
  }

  async release(reason: HoldReason): Promise<void> {
    if (this.#reasons.delete(reason) && this.running) await this.#run();
  }
}
