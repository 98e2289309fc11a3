import { MEDIA_TYPES, type CatalogEntry, type Descriptor } from '#domain/container/index.ts';
import type { CompressedFile } from '../compress/compress-file.ts';
import { writeBlob } from './blobs.ts';

/** What a catalog says of a container or runtime, beside what is in it. */
export type About = Pick<CatalogEntry, 'id' | 'title' | 'summary' | 'version' | 'tags'>;

/** What a manifest says. */
export interface ArtifactContent {
  readonly kind: CatalogEntry['kind'];
  readonly about: About;
  readonly config: Descriptor;
  /** In the manifest's order. */
  readonly layers: readonly Descriptor[];
}

/** The artifact type of each kind. */
export const ARTIFACT_TYPES: Readonly<Record<CatalogEntry['kind'], string>> = {
  container: MEDIA_TYPES.artifact,
  runtime: MEDIA_TYPES.runtime,
};

/**
 * Writes the manifest of a container or runtime whose blobs are there.
 * @param dir the layout's folder
 * @returns its entry for the catalog
 */
export async function writeArtifact(dir: string, content: ArtifactContent): Promise<CatalogEntry> {
  const { kind, about, config, layers } = content;
  const manifest = await writeJsonBlob(dir, MEDIA_TYPES.manifest, manifestOf(content));
  const thumbnail = layers.find(({ mediaType }) => mediaType === MEDIA_TYPES.thumbnail);
  const size = [config, ...layers, manifest].reduce((sum, each) => sum + each.size, 0);
  const { id, title, summary, version, tags } = about;
  return { id, kind, title, summary, version, tags: [...tags], size, manifest, ...(thumbnail && { thumbnail }) };
}

/** Adds a document to a layout. */
export function writeJsonBlob(dir: string, mediaType: string, value: object): Promise<Descriptor> {
  return writeBlob(dir, mediaType, new TextEncoder().encode(JSON.stringify(value)));
}

/** Adds a blob that goes by chunks to a layout. The list of its chunks stands right after it. */
export async function writeChunked(
  dir: string,
  mediaType: string,
  { blob, chunks }: CompressedFile,
  annotations?: Readonly<Record<string, string>>,
): Promise<Descriptor[]> {
  return [await writeBlob(dir, mediaType, blob, annotations), await writeBlob(dir, MEDIA_TYPES.chunks, chunks)];
}

function manifestOf({ kind, about, config, layers }: ArtifactContent): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: ARTIFACT_TYPES[kind],
    config,
    layers,
    annotations: { 'org.opencontainers.image.title': about.title, 'org.opencontainers.image.version': about.version },
  };
}
