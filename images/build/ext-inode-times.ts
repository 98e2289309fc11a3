import { open, type FileHandle } from 'node:fs/promises';
import { BuildError } from './build-error.ts';

/*
 * Layout of ext2, ext3 and ext4 (kernel documentation, "ext4 Data Structures and Algorithms"), little endian.
 * Superblock, 1024 bytes from the start:
 */
const SUPERBLOCK_OFFSET = 1024;
const MAGIC = 0xef53;
/** Size of a block group's descriptor in bytes, without the 64bit feature. */
const DESCRIPTOR_BYTES = 32;
/** Offsets in an inode. */
const ATIME = 8;
const CTIME = 12;
const MTIME = 16;

interface Geometry {
  readonly blockBytes: number;
  readonly inodesPerGroup: number;
  readonly inodeBytes: number;
  readonly groups: number;
}

/**
 * Sets each inode's access and change times to its modification time, in place. `mke2fs -d` copies them from the folder
 * that it reads, where they are the moment at which somebody unpacked it.
 * @throws BuildError when the file is no ext2, ext3 or ext4 file system
 */
export async function settleInodeTimes(image: string): Promise<void> {
  const file = await open(image, 'r+');
  try {
    const geometry = await readGeometry(file);
    for (const table of await inodeTables(file, geometry)) await settleTable(file, geometry, table);
  } finally {
    await file.close();
  }
}

async function readGeometry(file: FileHandle): Promise<Geometry> {
  const block = await readAt(file, SUPERBLOCK_OFFSET, 1024);
  if (block.readUInt16LE(56) !== MAGIC) throw new BuildError('the disk is no ext2, ext3 or ext4 file system');
  const inodes = block.readUInt32LE(0);
  const inodesPerGroup = block.readUInt32LE(40);
  return {
    blockBytes: 1024 << block.readUInt32LE(24),
    inodesPerGroup,
    inodeBytes: block.readUInt16LE(88),
    groups: Math.ceil(inodes / inodesPerGroup),
  };
}

/** Where each group's inode table begins, in bytes. The descriptors are in the block after the superblock's. */
async function inodeTables(file: FileHandle, { blockBytes, groups }: Geometry): Promise<number[]> {
  const start = blockBytes > SUPERBLOCK_OFFSET ? blockBytes : 2 * blockBytes;
  const descriptors = await readAt(file, start, groups * DESCRIPTOR_BYTES);
  return Array.from({ length: groups }, (_, i) => descriptors.readUInt32LE(i * DESCRIPTOR_BYTES + 8) * blockBytes);
}

async function settleTable(file: FileHandle, { inodesPerGroup, inodeBytes }: Geometry, offset: number): Promise<void> {
  const table = await readAt(file, offset, inodesPerGroup * inodeBytes);
  for (let at = 0; at < table.length; at += inodeBytes) {
    const modified = table.readUInt32LE(at + MTIME);
    table.writeUInt32LE(modified, at + ATIME);
    table.writeUInt32LE(modified, at + CTIME);
  }
  await file.write(table, 0, table.length, offset);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new BuildError('the disk is shorter than its file system');
  return buffer;
}
