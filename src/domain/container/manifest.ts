import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { DescriptorSchema, type Descriptor } from './descriptor.ts';
import { MEDIA_TYPES } from './media-types.ts';
import { parseJson } from './parse.ts';

/** OCI image manifest with Portolan's artifact type. */
export const ManifestSchema = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.literal(MEDIA_TYPES.manifest),
  artifactType: v.literal(MEDIA_TYPES.artifact),
  config: DescriptorSchema,
  layers: v.array(DescriptorSchema),
  annotations: v.optional(v.record(v.string(), v.string())),
});
export type Manifest = v.InferOutput<typeof ManifestSchema>;

/** A compressed blob and the list of its chunks. */
export interface ChunkedLayer {
  readonly blob: Descriptor;
  readonly chunks: Descriptor;
}

/** The parts of a container, by role. */
export interface ContainerParts {
  readonly config: Descriptor;
  readonly disk: ChunkedLayer;
  readonly kernel: Descriptor | undefined;
  readonly initrd: Descriptor | undefined;
  readonly snapshots: readonly ChunkedLayer[];
  readonly trace: Descriptor | undefined;
  readonly thumbnail: Descriptor | undefined;
}

/**
 * Reads a manifest and sorts its layers by role.
 * @throws AppError `format/invalid`
 */
export function readManifest(text: string): ContainerParts {
  const manifest = parseJson(ManifestSchema, text, 'The container’s manifest');
  const layer = (mediaType: string): Descriptor | undefined =>
    manifest.layers.find((each) => each.mediaType === mediaType);
  const [disk] = chunkedLayers(manifest, MEDIA_TYPES.disk);
  if (!disk) throw new AppError('format/invalid', { what: 'The container’s manifest', detail: 'it has no disk' });
  return {
    config: manifest.config,
    disk,
    kernel: layer(MEDIA_TYPES.kernel),
    initrd: layer(MEDIA_TYPES.initrd),
    snapshots: chunkedLayers(manifest, MEDIA_TYPES.snapshot),
    trace: layer(MEDIA_TYPES.trace),
    thumbnail: layer(MEDIA_TYPES.thumbnail),
  };
}

/** A chunk list describes the blob right before it. */
function chunkedLayers(manifest: Manifest, mediaType: string): ChunkedLayer[] {
  return manifest.layers.flatMap((blob, i) => {
    const chunks = manifest.layers[i + 1];
    return blob.mediaType === mediaType && chunks?.mediaType === MEDIA_TYPES.chunks ? [{ blob, chunks }] : [];
  });
}
