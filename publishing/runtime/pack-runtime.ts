import { MEDIA_TYPES, type CatalogEntry, type RuntimeConfig } from '#domain/container/index.ts';
import type { CompressedFile } from '../compress/compress-file.ts';
import { writeBlob } from '../layout/blobs.ts';
import { writeArtifact, writeChunked, writeJsonBlob, type About } from '../layout/write-artifact.ts';

/** Everything that a runtime on a server is made of. */
export interface RuntimeContent {
  readonly about: About;
  readonly config: RuntimeConfig;
  /** What `layOutRuntime` has written, compressed. */
  readonly content: CompressedFile;
  readonly thumbnail?: Uint8Array | undefined;
}

/**
 * Writes a runtime's blobs and manifest into an OCI image layout.
 * @param dir the layout's folder, made if need be
 * @returns the runtime's entry for the catalog
 */
export async function packRuntime(
  dir: string,
  { about, config, content, thumbnail }: RuntimeContent,
): Promise<CatalogEntry> {
  return writeArtifact(dir, {
    kind: 'runtime',
    about,
    config: await writeJsonBlob(dir, MEDIA_TYPES.runtimeConfig, config),
    layers: [
      ...(await writeChunked(dir, MEDIA_TYPES.packages, content)),
      ...(thumbnail ? [await writeBlob(dir, MEDIA_TYPES.thumbnail, thumbnail)] : []),
    ],
  });
}
