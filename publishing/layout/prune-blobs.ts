import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, DescriptorSchema, parseJson, type CatalogEntry, type Descriptor } from '#domain/container/index.ts';
import * as v from 'valibot';
import { readIndex } from './catalog.ts';

/** A manifest of any kind, as far as it leads to blobs: a layout may hold what other tools have put there. */
const AnyManifestSchema = v.object({
  config: v.optional(DescriptorSchema),
  layers: v.optional(v.array(DescriptorSchema), []),
  manifests: v.optional(v.array(DescriptorSchema), []),
});

/** Removes the blobs of a layout that none of these entries leads to: what earlier builds left. */
export async function pruneBlobs(dir: string, entries: readonly CatalogEntry[]): Promise<void> {
  const used = await pathsOfAll(
    dir,
    entries.map(({ manifest }) => manifest),
  );
  const blobs = await readdir(join(dir, 'blobs/sha256'));
  await remove(
    dir,
    blobs.map((name) => `blobs/sha256/${name}`).filter((path) => !used.has(path)),
  );
}

/** Removes what only these containers needed, which the layout no longer lists. */
export async function removeUnlisted(dir: string, gone: readonly CatalogEntry[]): Promise<void> {
  const used = await pathsOfAll(dir, await readIndex(dir));
  const left = await pathsOfAll(
    dir,
    gone.map(({ manifest }) => manifest),
  );
  await remove(
    dir,
    [...left].filter((path) => !used.has(path)),
  );
}

async function remove(dir: string, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(join(dir, path), { force: true })));
}

/** Paths of manifests and of all that they lead to. */
async function pathsOfAll(dir: string, manifests: readonly Descriptor[]): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(manifests.map((manifest) => pathsOf(dir, manifest)))).flat());
}

async function pathsOf(dir: string, manifest: Descriptor): Promise<string[]> {
  const path = blobPath(manifest.digest);
  const text = await readFile(join(dir, path), 'utf8').catch(() => undefined);
  // Nothing is known to belong to a manifest that is not there.
  if (text === undefined) return [path];
  const { config, layers, manifests } = parseJson(AnyManifestSchema, text, path);
  const inner = await Promise.all(manifests.map((each) => pathsOf(dir, each)));
  const blobs = [...(config ? [config] : []), ...layers];
  return [path, ...blobs.map(({ digest }) => blobPath(digest)), ...inner.flat()];
}
