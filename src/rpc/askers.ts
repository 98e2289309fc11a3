/**
 * Tells when those that ask have ended: their ports do not. Each has a name, and holds a Web Lock of that name while it lives
 * (within one origin).
 */
export class Askers {
  readonly #known = new Set<string>();
  readonly #onEnd: (asker: string) => void;

  constructor(onEnd: (asker: string) => void) {
    this.#onEnd = onEnd;
  }

  /** Watches one from now on. */
  async note(asker: string): Promise<void> {
    if (this.#known.has(asker)) return;
    this.#known.add(asker);
    await navigator.locks.request(asker, () => this.#onEnd(asker));
    this.#known.delete(asker);
  }
}

/** Lets others wait for the end of this thread: it holds a Web Lock of the name that this gives. */
export function holdLife(): string {
  const name = crypto.randomUUID();
  void navigator.locks.request(name, () => new Promise(() => undefined));
  return name;
}
