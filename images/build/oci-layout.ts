import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  blobPath,
  digestFromBytes,
  MEDIA_TYPES,
  type Catalog,
  type CatalogEntry,
  type Descriptor,
} from '#domain/container/index.ts';

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
  await mkdir(join(path, '..'), { recursive: true });
  if (!existsSync(path)) await place(content, path);
  return descriptor;
}

/** It appears under its name only when it is whole. */
async function place(content: BlobContent, path: string): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  if (typeof content === 'string') await link(content, part).catch(() => copyFile(content, part));
  else await writeFile(part, content);
  await rename(part, path);
}

function describeBytes(bytes: Uint8Array): Pick<Descriptor, 'digest' | 'size'> {
  return { digest: digestFromBytes(createHash('sha256').update(bytes).digest()), size: bytes.length };
}

async function describeFile(path: string): Promise<Pick<Descriptor, 'digest' | 'size'>> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { digest: digestFromBytes(hash.digest()), size: (await stat(path)).size };
}

/**
 * Writes what makes a folder of blobs an OCI image layout and a catalog: `oci-layout`, `index.json`, `catalog.json`.
 * @param dir the layout's folder; the entries' manifests are in it already
 */
export async function writeCatalog(dir: string, entries: readonly CatalogEntry[]): Promise<void> {
  const catalog: Catalog = { schemaVersion: 1, entries: [...entries] };
  await writeJson(join(dir, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
  await writeJson(join(dir, 'index.json'), indexOf(entries));
  await writeJson(join(dir, 'catalog.json'), catalog);
}

function indexOf(entries: readonly CatalogEntry[]): object {
  const manifests = entries.map(({ id, version, manifest }) => ({
    ...manifest,
    artifactType: MEDIA_TYPES.artifact,
    annotations: { 'org.opencontainers.image.ref.name': `${id}-${version}` },
  }));
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.part`, path);
}
