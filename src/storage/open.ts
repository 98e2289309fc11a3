import { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { StateStore } from '#ports/state-store.ts';
import { IndexedContainerRecords, MemoryContainerRecords, type ContainerRecords } from './container-records.ts';
import { PortolanDatabase } from './database.ts';
import { IndexedContentStore } from './indexed-content-store.ts';
import { IndexedStateStore } from './indexed-state-store.ts';
import { MemoryContentStore } from './memory-content-store.ts';
import { IndexedSourceStore } from './sources/indexed-source-store.ts';
import { MemorySourceStore } from './sources/memory-source-store.ts';
import type { SourceStore } from './sources/source-store.ts';
import { loadCompression } from './zstd.ts';

/** Where this thread keeps things. */
export interface Storage {
  readonly contents: ContentStore;
  /** Which containers `contents` has, whole or in part. */
  readonly containers: ContainerRecords;
  /** Undefined where the browser keeps nothing: then nothing can be suspended either. */
  readonly states: StateStore | undefined;
  readonly sources: SourceStore;
  /** Why nothing is kept. */
  readonly limitation: AppError | undefined;
}

/** Opens IndexedDB; where the browser refuses, things are held in memory and `limitation` says so. */
export async function openStorage(): Promise<Storage> {
  try {
    const database = new PortolanDatabase();
    await database.open();
    return {
      contents: new IndexedContentStore(database),
      containers: new IndexedContainerRecords(database),
      states: new IndexedStateStore(database, loadCompression),
      sources: new IndexedSourceStore(database),
      limitation: undefined,
    };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const limitation = new AppError('storage/unavailable', { detail }, { cause });
    return { ...memoryStorage(), limitation };
  }
}

/** Storage for as long as the thread lives. */
export function memoryStorage(): Storage {
  return {
    contents: new MemoryContentStore(),
    containers: new MemoryContainerRecords(),
    states: undefined,
    sources: new MemorySourceStore(),
    limitation: undefined,
  };
}
