import { AppError } from '#domain/errors/index.ts';
import { OverlayLog, type DiskIdentity, type SyncFile } from '#domain/overlay/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { KeptMachine, KeptMachines, StoredFiles } from '#ports/kept-machines.ts';
import type { SyncFolders } from '#ports/sync-folders.ts';
import { FolderMachine } from './folder-machine.ts';
import { KeptDisk } from './kept-disk.ts';

/** Names of docs/overlay-format.md. */
const FILES = ['log', 'manifest-0', 'manifest-1'];
const PREFIX = 'machine-';

/** What machines keep, each in a folder of its own. */
export class FolderMachines implements KeptMachines {
  readonly #folders: SyncFolders;
  readonly #compression: () => Promise<Compression>;

  constructor(folders: SyncFolders, compression: () => Promise<Compression>) {
    this.#folders = folders;
    this.#compression = compression;
  }

  async open(machine: string, disk: DiskIdentity): Promise<KeptMachine> {
    const name = folderOf(machine);
    const files = await this.#folders.open(name, FILES);
    try {
      const folder = { folders: this.#folders, name, compression: this.#compression };
      const kept = new KeptDisk(OverlayLog.open(named(files), disk));
      return await FolderMachine.open(kept, folder);
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  async list(): Promise<readonly StoredFiles[]> {
    const folders = (await this.#folders.list()).filter((name) => name.startsWith(PREFIX));
    return Promise.all(folders.map(async (name) => ({ machine: machineOf(name), bytes: await this.#bytesIn(name) })));
  }

  async remove(machine: string): Promise<void> {
    await this.#folders.remove(folderOf(machine));
  }

  async #bytesIn(folder: string): Promise<number> {
    return (await this.#folders.files(folder)).reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/** Names of folders cannot hold all that an id may, nor be `..`. */
function folderOf(machine: string): string {
  return PREFIX + encodeURIComponent(machine);
}

function machineOf(folder: string): string {
  return decodeURIComponent(folder.slice(PREFIX.length));
}

function named([log, first, second]: readonly SyncFile[]): Parameters<typeof OverlayLog.open>[0] {
  if (!log || !first || !second) throw new AppError('app/unexpected', { detail: 'a file of the disk is missing' });
  return { log, manifests: [first, second] };
}
