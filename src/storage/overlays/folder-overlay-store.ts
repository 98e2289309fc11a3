import { AppError } from '#domain/errors/index.ts';
import { OverlayLog, type DiskIdentity, type SyncFile } from '#domain/overlay/index.ts';
import type { KeptOverlay, OverlayStore, StoredOverlay } from '#ports/overlay.ts';
import type { SyncFolders } from '#ports/sync-folders.ts';
import { KeptDisk } from './kept-disk.ts';

/** Names of docs/overlay-format.md. */
const FILES = ['log', 'manifest-0', 'manifest-1'];
const PREFIX = 'machine-';

/** The disks that machines have written, each in a folder of its own. */
export class FolderOverlayStore implements OverlayStore {
  readonly #folders: SyncFolders;

  constructor(folders: SyncFolders) {
    this.#folders = folders;
  }

  async open(machine: string, disk: DiskIdentity): Promise<KeptOverlay> {
    const files = await this.#folders.open(folderOf(machine), FILES);
    try {
      return new KeptDisk(OverlayLog.open(named(files), disk));
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  async list(): Promise<readonly StoredOverlay[]> {
    const folders = await this.#folders.list();
    return folders.map(({ name, bytes }) => ({ machine: decodeURIComponent(name.slice(PREFIX.length)), bytes }));
  }

  async remove(machine: string): Promise<void> {
    await this.#folders.remove(folderOf(machine));
  }
}

/** Names of folders cannot hold all that an id may, nor be `..`. */
function folderOf(machine: string): string {
  return PREFIX + encodeURIComponent(machine);
}

function named([log, first, second]: readonly SyncFile[]): Parameters<typeof OverlayLog.open>[0] {
  if (!log || !first || !second) throw new AppError('app/unexpected', { detail: 'a file of the disk is missing' });
  return { log, manifests: [first, second] };
}
