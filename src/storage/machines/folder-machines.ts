import { AppError } from '#domain/errors/index.ts';
import { OverlayLog, type DiskIdentity, type OverlayFiles, type SyncFile } from '#domain/overlay/index.ts';
import type { Compression } from '#ports/compression.ts';
import type {
  IncomingMachine,
  KeptContents,
  KeptMachine,
  KeptMachines,
  KeptPart,
  OutgoingMachine,
  StoredFiles,
} from '#ports/kept-machines.ts';
import type { SyncFolders } from '#ports/sync-folders.ts';
import { FolderMachine, type MachineFolder } from './folder-machine.ts';
import { INCOMING, writeMachine } from './incoming-machine.ts';
import { KeptDisk } from './kept-disk.ts';
import { readMachine } from './outgoing-machine.ts';

/** Names of docs/overlay-format.md. */
const LOG = 'log';
const FILES = [LOG, 'manifest-0', 'manifest-1'];
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
    const folder = this.#folder(machine);
    const files = await this.#folders.open(folder.name, FILES);
    try {
      const kept = new KeptDisk(OverlayLog.open(named(files), disk));
      return await FolderMachine.open(kept, folder);
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  async export(machine: string, disk: DiskIdentity): Promise<OutgoingMachine> {
    const folder = this.#folder(machine);
    const there = await this.#folders.files(folder.name);
    if (!there.some(({ name }) => name === LOG)) throw new AppError('backup/not-kept', { detail: 'its disk is gone' });
    const files = await this.#folders.open(folder.name, FILES);
    try {
      return readMachine(named(files), disk, folder);
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  async import(machine: string, contents: KeptContents, parts: AsyncIterable<KeptPart>): Promise<IncomingMachine> {
    const folder = this.#folder(machine);
    const [marker] = await this.#folders.open(folder.name, [INCOMING]);
    const discard = async (): Promise<void> => {
      marker?.close();
      await this.#folders.remove(folder.name);
    };
    const keep = async (): Promise<void> => {
      marker?.close();
      await this.#folders.removeFile(folder.name, INCOMING);
    };
    try {
      const files = await this.#folders.open(folder.name, FILES);
      await writeMachine(named(files), folder, contents, parts);
      const opened = await this.open(machine, contents.disk);
      const { bytes, states, fitting } = opened;
      opened.close();
      return { bytes, states, fitting, keep, discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async tidyImports(isKnown: (machine: string) => Promise<boolean>): Promise<void> {
    for (const { machine } of await this.list()) {
      const { name } = this.#folder(machine);
      const unfinished = (await this.#folders.files(name)).some((file) => file.name === INCOMING);
      // Locked while another tab imports it.
      if (unfinished) await this.#tidyImport(machine, isKnown).catch(unlessLocked);
    }
  }

  async list(): Promise<readonly StoredFiles[]> {
    const folders = (await this.#folders.list()).filter((name) => name.startsWith(PREFIX));
    return Promise.all(folders.map(async (name) => ({ machine: machineOf(name), bytes: await this.#bytesIn(name) })));
  }

  async remove(machine: string): Promise<void> {
    await this.#folders.remove(folderOf(machine));
  }

  /** Who has the marker decides: it is given away only by an import that has ended. */
  async #tidyImport(machine: string, isKnown: (machine: string) => Promise<boolean>): Promise<void> {
    const { name } = this.#folder(machine);
    const [marker] = await this.#folders.open(name, [INCOMING]);
    const known = await isKnown(machine).finally(() => marker?.close());
    await (known ? this.#folders.removeFile(name, INCOMING) : this.#folders.remove(name));
  }

  #folder(machine: string): MachineFolder {
    return { folders: this.#folders, name: folderOf(machine), compression: this.#compression };
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

function unlessLocked(error: unknown): void {
  if (AppError.from(error).code !== 'storage/locked') throw error;
}

function named([log, first, second]: readonly SyncFile[]): OverlayFiles {
  if (!log || !first || !second) throw new AppError('app/unexpected', { detail: 'a file of the disk is missing' });
  return { log, manifests: [first, second] };
}
