import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { blobPath, type CatalogEntry, type Descriptor } from '#domain/container/index.ts';
import { moveFile } from '../layout/blobs.ts';
import { streamBlob } from '../reading/blobs.ts';
import { readPublished } from '../reading/containers.ts';
import type { Publication } from '../reading/publication.ts';

/** Copies the blobs of a container or runtime, verified, from a publication into a layout; the manifest comes last. */
export async function copyContainer(
  dir: string,
  scratch: string,
  source: Publication,
  { manifest, thumbnail }: CatalogEntry,
): Promise<void> {
  const { blobs } = await readPublished(source, manifest);
  for (const blob of [...blobs, ...(thumbnail ? [thumbnail] : []), manifest])
    await copyBlob(dir, scratch, source, blob);
}

async function copyBlob(dir: string, scratch: string, source: Publication, blob: Descriptor): Promise<void> {
  const path = join(dir, blobPath(blob.digest));
  const found = await stat(path).catch(() => undefined);
  if (found?.size === blob.size) return;
  const copy = join(scratch, 'blob');
  await mkdir(dirname(path), { recursive: true });
  await pipeline(streamBlob(source, blob), createWriteStream(copy));
  await moveFile(copy, path);
}
