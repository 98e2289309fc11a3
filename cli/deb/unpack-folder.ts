import { chmod, lchown, link, lutimes, mkdir, open, symlink, unlink } from 'node:fs/promises';
import { encodeName, type DebEntry } from '#domain/packages/archive/index.ts';
import { hasCode } from '../process/error-code.ts';
import { Owners } from './owners.ts';
import { makeSpecialFile } from './special-file.ts';

/** A mode that lets us in until all is there. */
const OWN_FOLDER = 0o700;

/** Writes the files of a package into an empty folder, as `tar -xp` does. */
export class UnpackFolder {
  readonly #root: string;
  readonly #owners: Owners | undefined;
  /** Folders get their modes and times last: what is put into them would change these, and be kept out by those. */
  readonly #folders = new Map<string, DebEntry>();

  private constructor(root: string, owners: Owners | undefined) {
    this.#root = root;
    this.#owners = owners;
  }

  static async open(root: string): Promise<UnpackFolder> {
    return new UnpackFolder(root, await Owners.ofThisMachine());
  }

  async write(entry: DebEntry): Promise<void> {
    const { path, type } = entry;
    if (type === 'folder') {
      this.#folders.set(path, entry);
      await mkdir(this.#at(path), { recursive: true, mode: OWN_FOLDER });
      return;
    }
    await this.#makeRoom(path);
    await this.#make(entry);
    // A hard link is its file, which has all of that.
    if (type === 'hard-link') return;
    await this.#finish(this.#at(path), entry);
  }

  /** Gives folders what they have to have, the root perhaps elsewhere by now. */
  async finishFolders(root: string): Promise<void> {
    const inward = [...this.#folders].sort(([a], [b]) => b.length - a.length);
    for (const [path, entry] of inward) await this.#finish(pathIn(root, path), entry);
  }

  async #makeRoom(path: string): Promise<void> {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    await mkdir(this.#at(folder), { recursive: true });
    await unlink(this.#at(path)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }

  async #make(entry: DebEntry): Promise<void> {
    const path = this.#at(entry.path);
    switch (entry.type) {
      case 'file':
        return writeBody(path, entry.body);
      case 'symbolic-link':
        return symlink(Buffer.from(encodeName(entry.linkName)), path);
      case 'hard-link':
        return link(this.#at(entry.linkPath ?? ''), path);
      case 'folder':
        return;
      case 'character-device':
      case 'block-device':
      case 'fifo':
        return makeSpecialFile(path, entry);
    }
  }

  /** The owner first: whoever changes it loses the bits that give rights. */
  async #finish(path: Buffer, entry: DebEntry): Promise<void> {
    const owner = this.#owners?.of(entry);
    if (owner) await lchown(path, owner.uid, owner.gid);
    if (entry.type !== 'symbolic-link') await chmod(path, entry.mode);
    await lutimes(path, entry.mtime, entry.mtime);
  }

  #at(path: string): Buffer {
    return pathIn(this.#root, path);
  }
}

/** Names in packages are bytes. */
function pathIn(root: string, path: string): Buffer {
  return path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), encodeName(path)]);
}

async function writeBody(path: Buffer, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of body) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}
