import { open } from 'node:fs/promises';
import { CHUNK_BYTES, type ChunkRecord } from '#domain/container/index.ts';
import type { Compression } from '#ports/compression.ts';

/** e2fsprogs, which the images need too; programs of the system administrator are often not on a user's PATH. */
export const ADMIN_ENV = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** A container's disk as it is published. */
export interface PublishedDisk {
  /** The compressed blob. */
  readonly blob: Uint8Array;
  readonly records: readonly ChunkRecord[];
}

/** Makes the image of a disk. Chunks of zeros become holes. */
export async function unpackDisk(
  { blob, records }: PublishedDisk,
  image: string,
  compression: Compression,
): Promise<void> {
  const file = await open(image, 'w');
  await file.truncate(records.length * CHUNK_BYTES);
  for (const [index, { offset, compressedLength }] of records.entries()) {
    if (compressedLength === 0) continue;
    const frame = blob.subarray(offset, offset + compressedLength);
    await file.write(compression.decompress(frame, CHUNK_BYTES), 0, undefined, index * CHUNK_BYTES);
  }
  await file.close();
}
