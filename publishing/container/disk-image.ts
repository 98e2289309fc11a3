import { open, stat, type FileHandle } from 'node:fs/promises';
import { FileError } from '../publish-error.ts';

/** Where the superblock of ext2, ext3 and ext4 is (Linux kernel documentation, "ext4 Data Structures: Super Block"). */
const SUPERBLOCK_AT = 1024;
const SUPERBLOCK_BYTES = 1024;
const MAGIC = 0xef53;
const INCOMPATIBLE_64BIT = 0x80;

/** Bytes that disks are made of. */
const SECTOR_BYTES = 512;

/** The image of a disk. */
export interface DiskImage {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The name that its file system carries; empty when it has none. */
  readonly label: string;
}

/**
 * Looks at an image before it is packed.
 * @param anything a kernel comes with it, which may understand more than ext
 * @throws FileError when it cannot be the disk of a container
 */
export async function inspectDisk(path: string, { anything }: { readonly anything: boolean }): Promise<DiskImage> {
  const size = await sizeOf(path);
  if (size === 0 || size % SECTOR_BYTES !== 0) {
    throw new FileError(
      path,
      `its ${size} bytes are not whole sectors of ${SECTOR_BYTES}: it is no disk, or cut short`,
    );
  }
  const superblock = await readSuperblock(path);
  if (superblock.getUint16(56, true) === MAGIC) return { path, size, label: checkFileSystem(path, size, superblock) };
  if (anything) return { path, size, label: '' };
  const detail = 'there is no ext2, ext3 or ext4 file system in it. A partition has to be cut out of its disk first';
  throw new FileError(path, `${detail}; another kind of disk needs --kernel`);
}

/** @returns its label */
function checkFileSystem(path: string, size: number, superblock: DataView): string {
  const bytes = blocksOf(superblock) * (1024 << superblock.getUint32(24, true));
  if (bytes > size) throw new FileError(path, `it is cut short: its file system has ${bytes} bytes, the file ${size}`);
  const label = new Uint8Array(superblock.buffer, superblock.byteOffset + 120, 16);
  return new TextDecoder().decode(label).replace(/\0.*$/s, '').trim();
}

function blocksOf(superblock: DataView): number {
  const wide = (superblock.getUint32(96, true) & INCOMPATIBLE_64BIT) !== 0;
  return superblock.getUint32(4, true) + (wide ? superblock.getUint32(336, true) * 2 ** 32 : 0);
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new FileError(path, 'it is not there');
  if (!found.isFile()) throw new FileError(path, 'it is not a file');
  return found.size;
}

async function readSuperblock(path: string): Promise<DataView> {
  const file: FileHandle = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(SUPERBLOCK_BYTES), 0, SUPERBLOCK_BYTES, SUPERBLOCK_AT);
    return new DataView(buffer.buffer, buffer.byteOffset, SUPERBLOCK_BYTES);
  } finally {
    await file.close();
  }
}
