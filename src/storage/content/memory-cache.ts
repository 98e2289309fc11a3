import type { Digest } from '#domain/container/index.ts';

/** Verified bytes in memory, up to a limit; those that were not used for longest go first. Who reads must not change them. */
export class MemoryCache {
  readonly #limit: number;
  /** Least recently used first. */
  readonly #entries = new Map<Digest, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  /** @param limit most bytes that are held */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(digest: Digest): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#entries.get(digest);
    if (bytes) this.set(digest, bytes);
    return bytes;
  }

  set(digest: Digest, bytes: Uint8Array<ArrayBuffer>): void {
    this.#delete(digest);
    this.#entries.set(digest, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) return;
      this.#delete(oldest);
    }
  }

  #delete(digest: Digest): void {
    this.#bytes -= this.#entries.get(digest)?.length ?? 0;
    this.#entries.delete(digest);
  }
}
