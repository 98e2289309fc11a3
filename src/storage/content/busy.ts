import type { Digest } from '#domain/container/index.ts';

/** Milliseconds for which a container that was read is not evicted to make room. */
const READ_MS = 30_000;

/** Containers that are not the ones to go when room is needed, because they are being read or brought here. */
export class BusyContainers {
  readonly #readAt = new Map<Digest, number>();
  readonly #works = new Map<symbol, Digest>();

  /** Something of it is read, and probably more will be. */
  read(container: Digest): void {
    this.#readAt.set(container, Date.now());
  }

  /** It is needed until `work` is done, and no longer: what was downloaded may go for what is downloaded next. */
  async during<T>(container: Digest, work: Promise<T>): Promise<T> {
    const key = Symbol(container);
    this.#works.set(key, container);
    try {
      return await work;
    } finally {
      this.#works.delete(key);
    }
  }

  list(): readonly Digest[] {
    const since = Date.now() - READ_MS;
    const read = [...this.#readAt].flatMap(([digest, at]) => (at >= since ? [digest] : []));
    return [...new Set([...read, ...this.#works.values()])];
  }
}
