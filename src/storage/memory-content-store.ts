import type { Digest } from '#domain/container/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';

/** Content for as long as the thread lives: where the browser keeps nothing (private windows), and in Node. */
export class MemoryContentStore implements ContentStore {
  readonly #contents = new Map<Digest, Uint8Array<ArrayBuffer>>();

  async get(
    digests: readonly Digest[],
    { signal }: Cancellable = {},
  ): Promise<(Uint8Array<ArrayBuffer> | undefined)[]> {
    signal?.throwIfAborted();
    return digests.map((digest) => this.#contents.get(digest)?.slice());
  }

  put(contents: readonly Content[]): Promise<void> {
    for (const { digest, bytes } of contents) this.#contents.set(digest, bytes.slice());
    return Promise.resolve();
  }

  missing(digests: readonly Digest[]): Promise<Digest[]> {
    return Promise.resolve([...new Set(digests)].filter((digest) => !this.#contents.has(digest)));
  }

  remove(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) this.#contents.delete(digest);
    return Promise.resolve();
  }
}
