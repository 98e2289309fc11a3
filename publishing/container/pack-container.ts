import {
  MEDIA_TYPES,
  type CatalogEntry,
  type Descriptor,
  type MachineConfig,
  type Trace,
} from '#domain/container/index.ts';
import type { CompressedFile } from '../compress/compress-file.ts';
import { writeBlob, type BlobContent } from '../layout/blobs.ts';

/** An engine's state right after boot, and the annotations that bind it to its engine, memory and disk. */
export interface SnapshotPart extends CompressedFile {
  readonly annotations: Readonly<Record<string, string>>;
}

/** Everything that a container on a server is made of. */
export interface ContainerContent {
  readonly about: Pick<CatalogEntry, 'id' | 'kind' | 'title' | 'summary' | 'version' | 'tags'>;
  readonly config: MachineConfig;
  readonly disk: CompressedFile;
  readonly kernel?: BlobContent | undefined;
  readonly initrd?: BlobContent | undefined;
  readonly snapshot?: SnapshotPart | undefined;
  readonly trace?: Trace | undefined;
  readonly thumbnail?: Uint8Array | undefined;
}

/**
 * Writes a container's blobs and manifest into an OCI image layout.
 * @param dir the layout's folder, made if need be
 * @returns the container's entry for the catalog
 */
export async function packContainer(dir: string, content: ContainerContent): Promise<CatalogEntry> {
  const config = await writeBlob(dir, MEDIA_TYPES.machine, jsonBytes(content.config));
  const layers = await writeLayers(dir, content);
  const manifest = await writeBlob(dir, MEDIA_TYPES.manifest, jsonBytes(manifestOf(content, config, layers)));
  const thumbnail = layers.find(({ mediaType }) => mediaType === MEDIA_TYPES.thumbnail);
  const size = [config, ...layers, manifest].reduce((sum, each) => sum + each.size, 0);
  return { ...content.about, size, manifest, ...(thumbnail && { thumbnail }) };
}

async function writeLayers(dir: string, content: ContainerContent): Promise<Descriptor[]> {
  const { kernel, initrd, disk, snapshot, trace, thumbnail } = content;
  return [
    ...(kernel ? [await writeBlob(dir, MEDIA_TYPES.kernel, kernel)] : []),
    ...(initrd ? [await writeBlob(dir, MEDIA_TYPES.initrd, initrd)] : []),
    ...(await writeChunked(dir, MEDIA_TYPES.disk, disk)),
    ...(snapshot ? await writeChunked(dir, MEDIA_TYPES.snapshot, snapshot, snapshot.annotations) : []),
    ...(trace ? [await writeBlob(dir, MEDIA_TYPES.trace, jsonBytes(trace))] : []),
    ...(thumbnail ? [await writeBlob(dir, MEDIA_TYPES.thumbnail, thumbnail)] : []),
  ];
}

/** A chunk list stands right after the blob that it describes. */
async function writeChunked(
  dir: string,
  mediaType: string,
  { blob, chunks }: CompressedFile,
  annotations?: Readonly<Record<string, string>>,
): Promise<Descriptor[]> {
  return [await writeBlob(dir, mediaType, blob, annotations), await writeBlob(dir, MEDIA_TYPES.chunks, chunks)];
}

function manifestOf({ about }: ContainerContent, config: Descriptor, layers: readonly Descriptor[]): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: MEDIA_TYPES.artifact,
    config,
    layers,
    annotations: { 'org.opencontainers.image.title': about.title, 'org.opencontainers.image.version': about.version },
  };
}

function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
