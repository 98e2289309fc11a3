import {
  blobPath,
  CatalogSchema,
  MachineConfigSchema,
  ManifestSchema,
  parseJson,
  readArtifact,
  RuntimeConfigSchema,
  type CatalogEntry,
  type ContainerParts,
  type Descriptor,
  type MachineConfig,
  type RuntimeConfig,
  type RuntimeParts,
} from '#domain/container/index.ts';
import { idFrom } from '../container/container-id.ts';
import { LAYOUT_FILES } from '../layout/layout-files.ts';
import { IndexSchema, REF_NAME, type IndexEntry } from '../layout/oci-index.ts';
import { FileError, PublishError } from '../publish-error.ts';
import { readBlobText } from './blobs.ts';
import type { Publication } from './publication.ts';

/** Most bytes of catalog.json and index.json: ten thousand entries of a kilobyte. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;

/** A container's documents, verified. */
export interface PublishedContainer {
  readonly kind: 'container';
  readonly parts: ContainerParts;
  /** Config and layers, as the manifest has them. */
  readonly blobs: readonly Descriptor[];
  readonly config: MachineConfig;
}

/** A runtime's documents, verified. */
export interface PublishedRuntime extends Pick<PublishedContainer, 'blobs'> {
  readonly kind: 'runtime';
  readonly parts: RuntimeParts;
  readonly config: RuntimeConfig;
}

/**
 * The entry that a reference names: an id, `id@version`, or a manifest's digest; of several versions the first.
 * Without a reference, the only one. A layout without a catalog, as skopeo makes it, is searched by its index.
 * @throws PublishError, FileError, AppError
 */
export async function findEntry(publication: Publication, reference: string | undefined): Promise<CatalogEntry> {
  const entries = await listEntries(publication);
  if (reference === undefined) return onlyOf(publication, entries);
  const found = entries.find(
    ({ id, version, manifest }) => [id, `${id}@${version}`].includes(reference) || manifest.digest === reference,
  );
  if (found) return found;
  throw new PublishError(`${publication.name} has no “${reference}”, but ${nameAll(entries)}.`);
}

function onlyOf(publication: Publication, entries: readonly CatalogEntry[]): CatalogEntry {
  const [only, ...others] = entries;
  if (!only) throw new PublishError(`${publication.name} has no container.`);
  if (others.length === 0) return only;
  throw new PublishError(
    `${publication.name} has ${nameAll(entries)}: say which, as in ${publication.name}#${only.id}`,
  );
}

function nameAll(entries: readonly CatalogEntry[]): string {
  return entries.map(({ id, version }) => `${id}@${version}`).join(', ') || 'nothing at all';
}

/** All that a publication lists. @throws PublishError when it lists nothing because it is no catalog */
async function listEntries(publication: Publication): Promise<readonly CatalogEntry[]> {
  const [catalog, index] = await Promise.all([
    publication.read(LAYOUT_FILES.catalog, MAX_LIST_BYTES),
    publication.read(LAYOUT_FILES.index, MAX_LIST_BYTES),
  ]);
  const decoder = new TextDecoder();
  if (catalog)
    return parseJson(CatalogSchema, decoder.decode(catalog), publication.locate(LAYOUT_FILES.catalog)).entries;
  if (!index) throw new PublishError(`${publication.name} has neither catalog.json nor index.json: it is no catalog.`);
  const { manifests } = parseJson(IndexSchema, decoder.decode(index), publication.locate(LAYOUT_FILES.index));
  return Promise.all(manifests.map((each) => entryOf(publication, each)));
}

/** What a catalog would say of a container that only an index lists. */
async function entryOf(publication: Publication, listed: IndexEntry): Promise<CatalogEntry> {
  const { mediaType, digest, size } = listed;
  const manifest: Descriptor = { mediaType, digest, size };
  const { kind, parts, config, blobs } = await readPublished(publication, manifest);
  return {
    id: idOf(listed, config),
    kind,
    title: config.title,
    summary: '',
    version: config.version,
    tags: [],
    size: blobs.reduce((sum, each) => sum + each.size, size),
    manifest,
    ...(parts.thumbnail && { thumbnail: parts.thumbnail }),
  };
}

/** The name that the index has for it is `id-version` where we made it. */
function idOf({ annotations }: IndexEntry, { title, version }: Pick<MachineConfig, 'title' | 'version'>): string {
  const name = annotations?.[REF_NAME];
  return idFrom(name?.endsWith(`-${version}`) === true ? name.slice(0, -version.length - 1) : (name ?? title));
}

/** Whether a publication has a container, listed or not. @throws FileError, AppError for one that it has, but damaged */
export async function hasContainer(publication: Publication, { digest, size }: Descriptor): Promise<boolean> {
  return (await publication.read(blobPath(digest), size)) !== undefined;
}

/** Reads and verifies the documents of a container or runtime. @throws FileError, AppError */
export async function readPublished(
  publication: Publication,
  manifest: Descriptor,
): Promise<PublishedContainer | PublishedRuntime> {
  const text = await readBlobText(publication, manifest);
  const { kind, parts } = readArtifact(text);
  const { config, layers } = parseJson(ManifestSchema, text, publication.locate(blobPath(manifest.digest)));
  const blobs = [config, ...layers];
  const [said, where] = [await readBlobText(publication, config), publication.locate(blobPath(config.digest))];
  if (kind === 'runtime') return { kind, parts, blobs, config: parseJson(RuntimeConfigSchema, said, where) };
  return { kind, parts, blobs, config: parseJson(MachineConfigSchema, said, where) };
}

/** Reads and verifies a container's documents. @throws FileError, for a runtime, too; AppError */
export async function readContainer(publication: Publication, manifest: Descriptor): Promise<PublishedContainer> {
  const published = await readPublished(publication, manifest);
  if (published.kind === 'container') return published;
  throw new FileError(publication.locate(blobPath(manifest.digest)), 'it is a runtime, not a container');
}
