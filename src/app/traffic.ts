/** Milliseconds without a request after which no other is expected: an answer often leads to the next question. */
const QUIET_MS = 300;
/** Milliseconds that are waited for that at most: downloads go on for as long as they take. */
const PATIENCE_MS = 5000;

/** What this page asks its service worker: whether there is anything under way. */
export class Traffic {
  #underWay = 0;
  #goOn: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet: Promise<void> | undefined;

  /** Notes a request until its answer is there. */
  async note<T>(answer: Promise<T>): Promise<T> {
    this.#underWay++;
    clearTimeout(this.#timer);
    try {
      return await answer;
    } finally {
      this.#underWay--;
      this.#waitOn();
    }
  }

  /** Resolves when nothing has been asked for a moment, or after a few seconds. */
  quiet(): Promise<void> {
    this.#quiet ??= new Promise<void>((resolve) => {
      const late = setTimeout(resolve, PATIENCE_MS);
      this.#goOn = () => {
        clearTimeout(late);
        resolve();
      };
      this.#waitOn();
    }).finally(() => {
      clearTimeout(this.#timer);
      this.#goOn = undefined;
      this.#quiet = undefined;
    });
    return this.#quiet;
  }

  #waitOn(): void {
    clearTimeout(this.#timer);
    if (this.#goOn && this.#underWay === 0) this.#timer = setTimeout(this.#goOn, QUIET_MS);
  }
}
