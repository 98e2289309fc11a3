import {
  MEDIA_TYPES,
  type CatalogEntry,
  type Descriptor,
  type MachineConfig,
  type Trace,
} from '#domain/container/index.ts';
import type { CompressedFile } from '../compress/compress-file.ts';
import { writeBlob, type BlobContent } from '../layout/blobs.ts';
import { writeArtifact, writeChunked, writeJsonBlob, type About } from '../layout/write-artifact.ts';

/** An engine's state right after boot, and the annotations that bind it to its engine, memory and disk. */
export interface SnapshotPart extends CompressedFile {
  readonly annotations: Readonly<Record<string, string>>;
}

/** Everything that a container on a server is made of. */
export interface ContainerContent {
  readonly about: About;
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
  const config = await writeJsonBlob(dir, MEDIA_TYPES.machine, content.config);
  const layers = await writeLayers(dir, content);
  return writeArtifact(dir, { kind: 'container', about: content.about, config, layers });
}

async function writeLayers(dir: string, content: ContainerContent): Promise<Descriptor[]> {
  const { kernel, initrd, disk, snapshot, trace, thumbnail } = content;
  return [
    ...(kernel ? [await writeBlob(dir, MEDIA_TYPES.kernel, kernel)] : []),
    ...(initrd ? [await writeBlob(dir, MEDIA_TYPES.initrd, initrd)] : []),
    ...(await writeChunked(dir, MEDIA_TYPES.disk, disk)),
    ...(snapshot ? await writeChunked(dir, MEDIA_TYPES.snapshot, snapshot, snapshot.annotations) : []),
    ...(trace ? [await writeJsonBlob(dir, MEDIA_TYPES.trace, trace)] : []),
    ...(thumbnail ? [await writeBlob(dir, MEDIA_TYPES.thumbnail, thumbnail)] : []),
  ];
}
