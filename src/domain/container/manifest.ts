import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { DescriptorSchema, type Descriptor } from './descriptor.ts';
import { MEDIA_TYPES } from './media-types.ts';
import { parseJson } from './parse.ts';

/** OCI image manifest with one of Portolan's artifact types. */
export const ManifestSchema = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.literal(MEDIA_TYPES.manifest),
  artifactType: v.picklist([MEDIA_TYPES.artifact, MEDIA_TYPES.runtime]),
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

/** The parts of a runtime, by role. */
export interface RuntimeParts {
  readonly config: Descriptor;
  /** Its .deb files and its template, one after the other: the config says where each is. */
  readonly packages: ChunkedLayer;
  readonly thumbnail: Descriptor | undefined;
}

/** What a manifest is of, and its parts. */
export type ArtifactParts =
  | { readonly kind: 'container'; readonly parts: ContainerParts }
  | { readonly kind: 'runtime'; readonly parts: RuntimeParts };

const WHAT = 'The container’s manifest';

/**
 * Reads the manifest of a container or runtime and sorts its layers by role.
 * @throws AppError `format/invalid`
 */
export function readArtifact(text: string): ArtifactParts {
  const manifest = parseJson(ManifestSchema, text, WHAT);
  if (manifest.artifactType === MEDIA_TYPES.runtime) return { kind: 'runtime', parts: runtimeParts(manifest) };
  return { kind: 'container', parts: containerParts(manifest) };
}

/**
 * Reads the manifest of a container.
 * @throws AppError `format/invalid`, also for a runtime's
 */
export function readManifest(text: string): ContainerParts {
  const artifact = readArtifact(text);
  if (artifact.kind === 'container') return artifact.parts;
  throw new AppError('format/invalid', { what: WHAT, detail: 'it is a runtime, not a container' });
}

function containerParts(manifest: Manifest): ContainerParts {
  return {
    config: manifest.config,
    disk: onlyChunked(manifest, MEDIA_TYPES.disk, 'it has no disk'),
    kernel: layerOf(manifest, MEDIA_TYPES.kernel),
    initrd: layerOf(manifest, MEDIA_TYPES.initrd),
    snapshots: chunkedLayers(manifest, MEDIA_TYPES.snapshot),
    trace: layerOf(manifest, MEDIA_TYPES.trace),
    thumbnail: layerOf(manifest, MEDIA_TYPES.thumbnail),
  };
}

function runtimeParts(manifest: Manifest): RuntimeParts {
  return {
    config: manifest.config,
    packages: onlyChunked(manifest, MEDIA_TYPES.packages, 'it has no packages'),
    thumbnail: layerOf(manifest, MEDIA_TYPES.thumbnail),
  };
}

function layerOf(manifest: Manifest, mediaType: string): Descriptor | undefined {
  return manifest.layers.find((each) => each.mediaType === mediaType);
}

function onlyChunked(manifest: Manifest, mediaType: string, detail: string): ChunkedLayer {
  const [layer] = chunkedLayers(manifest, mediaType);
  if (layer) return layer;
  throw new AppError('format/invalid', { what: WHAT, detail });
}

/** A chunk list describes the blob right before it. */
function chunkedLayers(manifest: Manifest, mediaType: string): ChunkedLayer[] {
  return manifest.layers.flatMap((blob, i) => {
    const chunks = manifest.layers[i + 1];
    return blob.mediaType === mediaType && chunks?.mediaType === MEDIA_TYPES.chunks ? [{ blob, chunks }] : [];
  });
}
