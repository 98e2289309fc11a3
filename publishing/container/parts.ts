import { readFile } from 'node:fs/promises';
import { FileError } from '../publish-error.ts';

const MIB = 1024 * 1024;
/** Most bytes of a part that the app reads whole. */
const MAX_PART_BYTES = 64 * MIB;
/** A picture on a card: it is fetched before anyone has asked for the container. */
const MAX_THUMBNAIL_BYTES = MIB;

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Where the header of the Linux/x86 boot protocol has its magic, and flags of what the kernel can (since 2.12). */
const BOOT_MAGIC_AT = 0x202;
const VERSION_AT = 0x206;
const LOAD_FLAGS_AT = 0x236;
const KERNEL_64 = 1;

/** A kernel that the engine can start. @throws FileError */
export async function readKernel(path: string): Promise<Uint8Array> {
  const bytes = await readPart(path, MAX_PART_BYTES);
  if (bytes.toString('latin1', BOOT_MAGIC_AT, BOOT_MAGIC_AT + 4) !== 'HdrS') {
    throw new FileError(path, 'it is no kernel for PCs (bzImage, as in arch/x86/boot after a build of Linux)');
  }
  const flags = bytes.readUInt16LE(VERSION_AT) >= 0x20c ? bytes.readUInt16LE(LOAD_FLAGS_AT) : 0;
  if ((flags & KERNEL_64) !== 0) throw new FileError(path, 'it is a 64-bit kernel; the engine runs 32-bit ones (i386)');
  return bytes;
}

/** An initial RAM disk. @throws FileError */
export async function readInitrd(path: string): Promise<Uint8Array> {
  return readPart(path, MAX_PART_BYTES);
}

/** A picture for the container's card. @throws FileError */
export async function readThumbnail(path: string): Promise<Uint8Array> {
  const bytes = await readPart(path, MAX_THUMBNAIL_BYTES);
  if (!PNG.every((byte, i) => byte === bytes[i])) throw new FileError(path, 'it is no PNG picture');
  return bytes;
}

async function readPart(path: string, limit: number): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FileError(path, 'it cannot be read', { cause });
  });
  if (bytes.length <= limit) return bytes;
  throw new FileError(path, `it has ${bytes.length} bytes; at most ${limit} are possible`);
}
