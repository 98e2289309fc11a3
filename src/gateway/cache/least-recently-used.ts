/** What is kept under a key. */
interface Kept {
  /** Bytes that it takes. */
  readonly bytes: number;
}

/** Keeps what was used last, up to a size. */
export class LeastRecentlyUsed<T extends Kept> {
  readonly #most: number;
  /** The last used last. */
  readonly #kept = new Map<string, T>();
  #bytes = 0;

  /** @param most bytes that all of it takes together */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** What alone takes more than all may is not kept. */
  set(key: string, value: T): void {
    this.delete(key);
    if (value.bytes > this.#most) return;
    this.#kept.set(key, value);
    this.#bytes += value.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key);
    if (!found) return;
    this.#kept.delete(key);
    this.#bytes -= found.bytes;
  }
}
