import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { StoredFolder, SyncFolders } from '#ports/sync-folders.ts';
import { fileError, OpfsFile } from './opfs-file.ts';

/** Milliseconds for which a file may stay locked: browsers release those of a page that was closed a moment later. */
const RELEASE_MS = 2000;
const RETRY_MS = 50;

/** Folders in the origin private file system. Opening takes a dedicated worker; listing and removing, any thread. */
export class OpfsFolders implements SyncFolders {
  readonly #root: string;

  /** @param root name of the folder that holds them all */
  constructor(root: string) {
    this.#root = root;
  }

  async open(folder: string, files: readonly string[]): Promise<readonly SyncFile[]> {
    const directory = await asked(async () => {
      const root = await this.#open();
      return root.getDirectoryHandle(folder, { create: true });
    });
    const opened: OpfsFile[] = [];
    try {
      for (const file of files) opened.push(new OpfsFile(await unlocked(() => openFile(directory, file))));
      return opened;
    } catch (error) {
      for (const file of opened) file.close();
      throw fileError(error);
    }
  }

  async list(): Promise<readonly StoredFolder[]> {
    return asked(async () => {
      const folders: StoredFolder[] = [];
      for await (const [name, handle] of await this.#open()) {
        if (isDirectory(handle)) folders.push({ name, bytes: await bytesIn(handle) });
      }
      return folders;
    });
  }

  async remove(folder: string): Promise<void> {
    await asked(async () => {
      const root = await this.#open();
      try {
        await unlocked(() => root.removeEntry(folder, { recursive: true }));
      } catch (error) {
        if (nameOf(error) !== 'NotFoundError') throw error;
      }
    });
  }

  async #open(): Promise<FileSystemDirectoryHandle> {
    // Missing in private windows of some browsers and where the page is not secure.
    if (typeof navigator.storage?.getDirectory !== 'function') throw missing();
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(this.#root, { create: true });
  }
}

async function openFile(directory: FileSystemDirectoryHandle, name: string): Promise<FileSystemSyncAccessHandle> {
  const handle = await directory.getFileHandle(name, { create: true });
  if (typeof handle.createSyncAccessHandle !== 'function') throw missing();
  return handle.createSyncAccessHandle();
}

async function bytesIn(directory: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for await (const handle of directory.values()) {
    if (isFile(handle)) bytes += (await handle.getFile()).size;
  }
  return bytes;
}

/** Tries again while the file is locked, for as long as a browser takes to release it. */
async function unlocked<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + RELEASE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (nameOf(error) !== 'NoModificationAllowedError' || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Runs `work` and gives the browser's errors codes. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error);
  }
}

function missing(): AppError {
  return new AppError('storage/unavailable', { detail: 'it has no files for pages here' });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}
