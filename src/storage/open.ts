import { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { KeptMachines } from '#ports/kept-machines.ts';
import type { EarlierStates, MachineRecords } from '#ports/machine-records.ts';
import { IndexedContainerRecords, MemoryContainerRecords, type ContainerRecords } from './container-records.ts';
import { PortolanDatabase } from './database.ts';
import { IndexedContentStore } from './indexed-content-store.ts';
import { IndexedEarlierStates } from './indexed-earlier-states.ts';
import { IndexedMachineRecords } from './machine-records.ts';
import { FolderMachines } from './machines/folder-machines.ts';
import { OpfsFolders } from './machines/opfs-folders.ts';
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
  /** Undefined where the browser keeps nothing. */
  readonly machines: MachineStorage | undefined;
  readonly sources: SourceStore;
  /** Why nothing is kept. */
  readonly limitation: AppError | undefined;
}

/** Where machines are kept. */
export interface MachineStorage {
  readonly records: MachineRecords;
  /** Their disks and states. */
  readonly files: KeptMachines;
  readonly earlier: EarlierStates;
}

/** The folder of the origin's files that holds the machines'. */
const MACHINES_FOLDER = 'machines';

/** Opens IndexedDB; where the browser refuses, things are held in memory and `limitation` says so. */
export async function openStorage(): Promise<Storage> {
  try {
    const database = new PortolanDatabase();
    await database.open();
    return {
      contents: new IndexedContentStore(database),
      containers: new IndexedContainerRecords(database),
      machines: {
        records: new IndexedMachineRecords(database),
        files: new FolderMachines(new OpfsFolders(MACHINES_FOLDER), loadCompression),
        earlier: new IndexedEarlierStates(database, loadCompression),
      },
      sources: new IndexedSourceStore(database),
      limitation: undefined,
    };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const limitation = new AppError('storage/unavailable', { detail }, { cause });
    return { ...memoryStorage(), limitation };
  }
}

/** @throws AppError `storage/unavailable` where nothing is kept */
export function machineStorageOf({ machines, limitation }: Storage): MachineStorage {
  if (machines) return machines;
  throw limitation ?? new AppError('storage/unavailable', { detail: 'nothing is kept here' });
}

/** Storage for as long as the thread lives. */
export function memoryStorage(): Storage {
  return {
    contents: new MemoryContentStore(),
    containers: new MemoryContainerRecords(),
    machines: undefined,
    sources: new MemorySourceStore(),
    limitation: undefined,
  };
}
