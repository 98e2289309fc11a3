import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { StoredFile, SyncFolders } from '#ports/sync-folders.ts';
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
    const directory = await asked(async () => (await this.#open()).getDirectoryHandle(folder, { create: true }));
    const opened: OpfsFile[] = [];
    try {
      for (const file of files) opened.push(new OpfsFile(await unlocked(() => openFile(directory, file))));
      return opened;
    } catch (error) {
      for (const file of opened) file.close();
      throw fileError(error);
    }
  }

  async files(folder: string): Promise<readonly StoredFile[]> {
    return asked(async () => {
      const directory = await existing(async () => (await this.#open()).getDirectoryHandle(folder));
      return directory ? filesIn(directory) : [];
    });
  }

  async removeFile(folder: string, file: string): Promise<void> {
    await asked(() =>
      existing(async () => {
        const directory = await (await this.#open()).getDirectoryHandle(folder);
        await unlocked(() => directory.removeEntry(file));
      }),
    );
  }

  async list(): Promise<readonly string[]> {
    return asked(async () => {
      const names: string[] = [];
      for await (const handle of (await this.#open()).values())
        if (handle.kind === 'directory') names.push(handle.name);
      return names;
    });
  }

  async remove(folder: string): Promise<void> {
    await asked(() =>
      existing(async () => {
        const root = await this.#open();
        await unlocked(() => root.removeEntry(folder, { recursive: true }));
      }),
    );
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

async function filesIn(directory: FileSystemDirectoryHandle): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const handle of directory.values()) {
    // A file that somebody writes to can be looked at all the same.
    if (isFile(handle)) files.push({ name: handle.name, bytes: (await handle.getFile()).size });
  }
  return files;
}

/** Undefined where there is nothing of that name. */
async function existing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return undefined;
    throw error;
  }
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

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}
