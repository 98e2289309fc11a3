import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { StoredFile, SyncFolders } from '#ports/sync-folders.ts';
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
    const paths = files.map((name) => `${folder}/${name}`);
    if (paths.some((path) => this.#open.has(path))) return Promise.reject(new AppError('storage/locked'));
    const opened = files.map((name) => {
      const file = this.store(folder).file(name);
      file.closed = () => this.#open.delete(`${folder}/${name}`);
      return file;
    });
    for (const path of paths) this.#open.add(path);
    return Promise.resolve(opened);
  }

  files(folder: string): Promise<readonly StoredFile[]> {
    return Promise.resolve(this.#stores.get(folder)?.list() ?? []);
  }

  removeFile(folder: string, file: string): Promise<void> {
    if (this.#open.has(`${folder}/${file}`)) return Promise.reject(new AppError('storage/locked'));
    this.#stores.get(folder)?.remove(file);
    return Promise.resolve();
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve([...this.#stores.keys()]);
  }

  remove(folder: string): Promise<void> {
    const locked = [...this.#open].some((path) => path.startsWith(`${folder}/`));
    if (locked) return Promise.reject(new AppError('storage/locked'));
    this.#stores.delete(folder);
    return Promise.resolve();
  }
}
