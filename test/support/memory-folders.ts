import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { StoredFolder, SyncFolders } from '#ports/sync-folders.ts';
import { FaultyStore } from '../domain/support/faulty-store.ts';
import { Random } from '../domain/support/random.ts';

/** Folders in memory, whose files fail as told. */
export class MemoryFolders implements SyncFolders {
  readonly #stores: Map<string, FaultyStore>;
  readonly #open = new Set<string>();

  constructor(stores = new Map<string, FaultyStore>()) {
    this.#stores = stores;
  }

  /** The files of a folder. */
  store(folder: string): FaultyStore {
    const store = this.#stores.get(folder) ?? new FaultyStore(new Random(1));
    this.#stores.set(folder, store);
    return store;
  }

  open(folder: string, files: readonly string[]): Promise<readonly SyncFile[]> {
    if (this.#open.has(folder)) return Promise.reject(new AppError('storage/locked'));
    this.#open.add(folder);
    const opened = files.map((name) => this.store(folder).file(name));
    for (const file of opened) file.closed = () => this.#open.delete(folder);
    return Promise.resolve(opened);
  }

  list(): Promise<readonly StoredFolder[]> {
    return Promise.resolve([...this.#stores].map(([name, { bytes }]) => ({ name, bytes })));
  }

  remove(folder: string): Promise<void> {
    if (this.#open.has(folder)) return Promise.reject(new AppError('storage/locked'));
    this.#stores.delete(folder);
    return Promise.resolve();
  }
}
