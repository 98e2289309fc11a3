import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogSchema, MEDIA_TYPES, parseJson, type Catalog, type CatalogEntry } from '#domain/container/index.ts';
import { replaceFile } from './blobs.ts';
import { LAYOUT_FILES } from './layout-files.ts';
import { IndexSchema, REF_NAME, type IndexEntry } from './oci-index.ts';
import { referenceNames } from './reference-names.ts';
import { ARTIFACT_TYPES } from './write-artifact.ts';

/** The entries of a layout's catalog; none where there is no layout yet. @throws AppError `format/invalid` */
export async function readEntries(dir: string): Promise<readonly CatalogEntry[]> {
  const text = await readIfThere(join(dir, LAYOUT_FILES.catalog));
  return text === undefined ? [] : parseJson(CatalogSchema, text, join(dir, LAYOUT_FILES.catalog)).entries;
}

/**
 * Writes `oci-layout`, `index.json` and `catalog.json`, each only if it differs. What else is in the index stays there.
 * @param dir the layout's folder; the entries' manifests are in it already
 * @returns whether the catalog is another than before
 */
export async function writeCatalog(dir: string, entries: readonly CatalogEntry[]): Promise<boolean> {
  const listed = new Set([...(await readEntries(dir)), ...entries].map(({ manifest }) => manifest.digest));
  const others = (await readIndex(dir)).filter(({ digest }) => !listed.has(digest));
  const catalog: Catalog = { schemaVersion: 1, entries: [...entries] };
  // What nobody could read again is refused before anything is written.
  parseJson(CatalogSchema, JSON.stringify(catalog), 'The catalog');
  await writeJson(join(dir, LAYOUT_FILES.layout), { imageLayoutVersion: '1.0.0' });
  await writeJson(join(dir, LAYOUT_FILES.index), indexOf(entries, others));
  return writeJson(join(dir, LAYOUT_FILES.catalog), catalog);
}

/** What a layout's index lists. @throws AppError `format/invalid` */
export async function readIndex(dir: string): Promise<readonly IndexEntry[]> {
  const text = await readIfThere(join(dir, LAYOUT_FILES.index));
  return text === undefined ? [] : parseJson(IndexSchema, text, join(dir, LAYOUT_FILES.index)).manifests;
}

function indexOf(entries: readonly CatalogEntry[], others: readonly IndexEntry[]): object {
  const names = referenceNames(entries);
  const own = entries.map(({ kind, manifest }, i) => ({
    ...manifest,
    artifactType: ARTIFACT_TYPES[kind],
    annotations: { [REF_NAME]: names[i] },
  }));
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [...own, ...others] };
}

async function writeJson(path: string, value: object): Promise<boolean> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if ((await readIfThere(path)) === text) return false;
  await replaceFile(path, new TextEncoder().encode(text));
  return true;
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}
