import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import { stored, type PortolanDatabase } from './database.ts';

/** A container that this device knows, whole or in part. */
export interface ContainerRecord {
  /** Of its manifest. */
  readonly digest: Digest;
  /** As a catalog listed it; undefined while only its digest is known. */
  readonly entry: CatalogEntry | undefined;
  readonly title: string;
  readonly version: string;
  /** Bytes to download to have all of it. */
  readonly bytes: number;
  /** Catalogs that had it, beside those of the user's sources. */
  readonly mirrors: readonly string[];
  /** Never evicted to make room. */
  readonly pinned: boolean;
  /** The user trusts it, as `Portolan.trust` has it. */
  readonly trusted?: boolean | undefined;
  /** When a machine last started from it, in milliseconds since the epoch. */
  readonly usedAt: number;
  /** When its manifest was first kept here. */
  readonly firstKeptAt: number;
  /** The download that the user asked for. */
  readonly download: 'none' | 'running' | 'paused';
}

/** Which containers this device knows. Errors as in `ContentStore`. */
export interface ContainerRecords {
  list(): Promise<readonly ContainerRecord[]>;
  get(digest: Digest): Promise<ContainerRecord | undefined>;
  /** Puts what `change` makes of the record; nobody else writes meanwhile. It stays as it is when that is undefined. */
  update(
    digest: Digest,
    change: (before: ContainerRecord | undefined) => ContainerRecord | undefined,
  ): Promise<ContainerRecord | undefined>;
  remove(digest: Digest): Promise<void>;
}

/** Records in IndexedDB. */
export class IndexedContainerRecords implements ContainerRecords {
  readonly #database: PortolanDatabase;

  constructor(database: PortolanDatabase) {
    this.#database = database;
  }

  list(): Promise<ContainerRecord[]> {
    return stored('the container', () => this.#database.containers.toArray());
  }

  get(digest: Digest): Promise<ContainerRecord | undefined> {
    return stored('the container', () => this.#database.containers.get(digest));
  }

  update(
    digest: Digest,
    change: (before: ContainerRecord | undefined) => ContainerRecord | undefined,
  ): Promise<ContainerRecord | undefined> {
    const { containers } = this.#database;
    return stored('the container', () =>
      this.#database.transaction('rw', containers, async () => {
        const before = await containers.get(digest);
        const after = change(before);
        if (after && after !== before) await containers.put(after);
        return after ?? before;
      }),
    );
  }

  async remove(digest: Digest): Promise<void> {
    await stored('the container', () => this.#database.containers.delete(digest));
  }
}

/** Records for as long as the thread lives: where the browser keeps nothing, and in Node. */
export class MemoryContainerRecords implements ContainerRecords {
  readonly #records = new Map<Digest, ContainerRecord>();

  list(): Promise<ContainerRecord[]> {
    return Promise.resolve([...this.#records.values()]);
  }

  get(digest: Digest): Promise<ContainerRecord | undefined> {
    return Promise.resolve(this.#records.get(digest));
  }

  update(
    digest: Digest,
    change: (before: ContainerRecord | undefined) => ContainerRecord | undefined,
  ): Promise<ContainerRecord | undefined> {
    const before = this.#records.get(digest);
    const after = change(before) ?? before;
    if (after) this.#records.set(digest, after);
    return Promise.resolve(after);
  }

  remove(digest: Digest): Promise<void> {
    this.#records.delete(digest);
    return Promise.resolve();
  }
}
