/** Media types of the parts of containers and runtimes on a server (DESIGN: "Container on a server"). */
export const MEDIA_TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  artifact: 'application/vnd.portolan.container.v1',
  machine: 'application/vnd.portolan.machine.v1+json',
  kernel: 'application/vnd.portolan.kernel.v1',
  initrd: 'application/vnd.portolan.initrd.v1',
  disk: 'application/vnd.portolan.disk.v1+zstd',
  chunks: 'application/vnd.portolan.chunks.v1',
  snapshot: 'application/vnd.portolan.snapshot.v1+zstd',
  trace: 'application/vnd.portolan.trace.v1+json',
  thumbnail: 'image/png',
  runtime: 'application/vnd.portolan.runtime.v1',
  runtimeConfig: 'application/vnd.portolan.runtime.v1+json',
  packages: 'application/vnd.portolan.packages.v1+zstd',
} as const;

/** Annotations that Portolan puts on a snapshot's layer: a snapshot fits only where all of them match. */
export const SNAPSHOT_ANNOTATIONS = {
  engine: 'io.portolan.snapshot.engine',
  engineVersion: 'io.portolan.snapshot.engine-version',
  memory: 'io.portolan.snapshot.memory',
  disk: 'io.portolan.snapshot.disk',
} as const;

const PART_NAMES: Readonly<Record<string, string>> = {
  [MEDIA_TYPES.manifest]: 'the container’s manifest',
  [MEDIA_TYPES.machine]: 'the machine’s config',
  [MEDIA_TYPES.runtimeConfig]: 'the runtime’s config',
  [MEDIA_TYPES.kernel]: 'the kernel',
  [MEDIA_TYPES.initrd]: 'the initial RAM disk',
  [MEDIA_TYPES.chunks]: 'a chunk list',
  [MEDIA_TYPES.trace]: 'the boot trace',
  [MEDIA_TYPES.thumbnail]: 'the thumbnail',
};

/** A part of a container in words, for errors; what has none is called by its media type. */
export function partName(mediaType: string): string {
  return PART_NAMES[mediaType] ?? mediaType;
}
