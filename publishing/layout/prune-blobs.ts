import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, ManifestSchema, parseJson, type CatalogEntry } from '#domain/container/index.ts';

/** Removes the blobs of a layout that none of these entries leads to: what earlier builds left. */
export async function pruneBlobs(dir: string, entries: readonly CatalogEntry[]): Promise<void> {
  const used = new Set((await Promise.all(entries.map((entry) => pathsOf(dir, entry)))).flat());
  const blobs = await readdir(join(dir, 'blobs/sha256'));
  const stale = blobs.filter((name) => !used.has(`blobs/sha256/${name}`));
  await Promise.all(stale.map((name) => rm(join(dir, 'blobs/sha256', name))));
}

async function pathsOf(dir: string, { manifest }: CatalogEntry): Promise<string[]> {
  const text = await readFile(join(dir, blobPath(manifest.digest)), 'utf8');
  const { config, layers } = parseJson(ManifestSchema, text, 'The manifest');
  return [manifest, config, ...layers].map(({ digest }) => blobPath(digest));
}
