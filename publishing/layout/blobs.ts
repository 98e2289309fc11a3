import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { blobPath, digestFromBytes, type Descriptor } from '#domain/container/index.ts';
import { digestOf } from '../digest-of.ts';

/** Bytes of a blob: in memory, or the path of a file that stays as it is. */
export type BlobContent = Uint8Array | string;

/**
 * Adds a blob to an OCI image layout; a file is linked rather than copied where the file system allows it.
 * @param dir the layout's folder
 */
export async function writeBlob(
  dir: string,
  mediaType: string,
  content: BlobContent,
  annotations?: Readonly<Record<string, string>>,
): Promise<Descriptor> {
  const described = typeof content === 'string' ? await describeFile(content) : describeBytes(content);
  const descriptor = { mediaType, ...described, ...(annotations && { annotations: { ...annotations } }) };
  const path = join(dir, blobPath(descriptor.digest));
  await mkdir(dirname(path), { recursive: true });
  if (!(await isThere(path, descriptor))) await replaceFile(path, content);
  return descriptor;
}

/** True when the blob is there, as far as its length tells. */
async function isThere(path: string, { size }: Pick<Descriptor, 'size'>): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.size === size;
}

/** Puts a file in the place of another, or of none: whoever looks sees the old or the new, also after a crash. */
export async function replaceFile(path: string, content: BlobContent): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  if (typeof content === 'string') await link(content, part).catch(() => copyFile(content, part));
  else await writeFile(part, content);
  await moveFile(part, path);
}

/** Gives a finished file its final name, once its bytes are sure to be there. Both names are on one file system. */
export async function moveFile(from: string, path: string): Promise<void> {
  await settle(from);
  await rename(from, path);
}

/** Waits until a file's bytes are on the medium: its new name must not outlive them. */
async function settle(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function describeBytes(bytes: Uint8Array): Pick<Descriptor, 'digest' | 'size'> {
  return { digest: digestOf(bytes), size: bytes.length };
}

async function describeFile(path: string): Promise<Pick<Descriptor, 'digest' | 'size'>> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { digest: digestFromBytes(hash.digest()), size: (await stat(path)).size };
}
