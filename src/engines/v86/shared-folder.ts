import { sharedPathParts } from '#domain/guest/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { V86 } from 'v86';
import type { V86FileSystem } from './internals.ts';

/** Most bytes of a file that passes through the share: it is held in memory whole, on both sides. */
const MAX_SHARED_FILE_BYTES = 256 * 1024 * 1024;

/** Kinds of inodes in their mode (Linux, inode(7)). */
const [KIND, FOLDER, REGULAR] = [0xf000, 0x4000, 0x8000];

/** The folder that host and guest share: the guest's /host, over 9p. */
export class SharedFolder {
  readonly #emulator: Pick<V86, 'create_file' | 'read_file'>;
  readonly #files: V86FileSystem;

  constructor(emulator: Pick<V86, 'create_file' | 'read_file'>, files: V86FileSystem) {
    this.#emulator = emulator;
    this.#files = files;
  }

  /** Writes a file and the folders on its way; an older file of the name is replaced. @throws AppError `file/*` */
  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const parts = sharedPathParts(path);
    checkSize(path, bytes.length);
    const name = parts[parts.length - 1] ?? '';
    const folders = parts.slice(0, -1);
    const parent = folders.reduce((folder, part) => this.#enter(folder, part, path), { id: 0, path: '' });
    const whole = `${parent.path}/${name}`;
    const { id } = this.#files.SearchPath(whole);
    if (id !== -1 && this.#kindOf(id) === FOLDER) throw new AppError('file/bad-path', { path });
    if (id !== -1) this.#files.Unlink(parent.id, name);
    await this.#emulator.create_file(whole, bytes);
  }

  /** Reads a file. @throws AppError `file/*` */
  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const whole = `/${sharedPathParts(path).join('/')}`;
    const { id } = this.#files.SearchPath(whole);
    if (id === -1 || this.#kindOf(id) !== REGULAR) throw new AppError('file/not-found', { path });
    const { size } = this.#files.GetInode(id);
    checkSize(path, size);
    // v86 takes a file without bytes for none.
    if (size === 0) return new Uint8Array();
    // A copy: v86 hands out the file's own memory, which the guest goes on writing to.
    return new Uint8Array(await this.#emulator.read_file(whole));
  }

  /** A folder below `folder`, made where there is none. @param whole the path that is wanted, for the error */
  #enter(folder: { id: number; path: string }, name: string, whole: string): { id: number; path: string } {
    const path = `${folder.path}/${name}`;
    const { id } = this.#files.SearchPath(path);
    if (id === -1) return { id: this.#files.CreateDirectory(name, folder.id), path };
    if (this.#kindOf(id) !== FOLDER) throw new AppError('file/bad-path', { path: whole });
    return { id, path };
  }

  #kindOf(id: number): number {
    return this.#files.GetInode(id).mode & KIND;
  }
}

function checkSize(path: string, size: number): void {
  if (size > MAX_SHARED_FILE_BYTES) throw new AppError('file/too-large', { path, size, limit: MAX_SHARED_FILE_BYTES });
}
