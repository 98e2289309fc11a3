import type { Digest } from '#domain/container/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';
import { stored, type PortolanDatabase } from './database.ts';

/** Digests that are looked for one by one, at most. */
const MANY = 50;

/** Content in IndexedDB. */
export class IndexedContentStore implements ContentStore {
  readonly #database: PortolanDatabase;

  constructor(database: PortolanDatabase) {
    this.#database = database;
  }

  async get(
    digests: readonly Digest[],
    { signal }: Cancellable = {},
  ): Promise<(Uint8Array<ArrayBuffer> | undefined)[]> {
    signal?.throwIfAborted();
    const rows = await stored('content', () => this.#database.contents.bulkGet([...digests]));
    return rows.map((row) => row?.bytes);
  }

  async put(contents: readonly Content[]): Promise<void> {
    const table = this.#database.contents;
    const rows = contents.map(({ digest, bytes }) => ({ digest, bytes: alone(bytes) }));
    // In a transaction of our own, since one of Dexie's keeps the rows before the one that fails.
    await stored('the container', () => this.#database.transaction('rw', table, () => table.bulkPut(rows)));
  }

  async missing(digests: readonly Digest[]): Promise<Digest[]> {
    const wanted = [...new Set(digests)];
    const here = await stored('content', () => this.#keysAmong(wanted));
    const found = new Set(here);
    return wanted.filter((digest) => !found.has(digest));
  }

  /** A cursor that goes from one wanted key to the next is slow: for many, all that there are come sooner. */
  #keysAmong(wanted: readonly Digest[]): PromiseLike<string[]> {
    const { contents } = this.#database;
    return wanted.length > MANY
      ? contents.toCollection().primaryKeys()
      : contents.where('digest').anyOf(wanted).primaryKeys();
  }

  async remove(digests: readonly Digest[]): Promise<void> {
    await stored('content', () => this.#database.contents.bulkDelete([...digests]));
  }
}

/** IndexedDB keeps the whole buffer behind an array. */
function alone(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
