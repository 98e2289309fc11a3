import { createHash } from 'node:crypto';
import {
  digestFromBytes,
  MEDIA_TYPES,
  type Catalog,
  type Descriptor,
  type MachineConfig,
  type RuntimeConfig,
} from '#domain/container/index.ts';

/** A descriptor of `content`. */
export function descriptor(mediaType: string, content: string): Descriptor {
  const digest = digestFromBytes(createHash('sha256').update(content).digest());
  return { mediaType, digest, size: content.length };
}

export const MANIFEST = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.manifest,
  artifactType: MEDIA_TYPES.artifact,
  config: descriptor(MEDIA_TYPES.machine, 'config'),
  layers: [
    descriptor(MEDIA_TYPES.disk, 'disk'),
    descriptor(MEDIA_TYPES.chunks, 'chunks of the disk'),
    descriptor(MEDIA_TYPES.kernel, 'kernel'),
    descriptor(MEDIA_TYPES.snapshot, 'a snapshot without a chunk list'),
    descriptor(MEDIA_TYPES.snapshot, 'snapshot'),
    descriptor(MEDIA_TYPES.chunks, 'chunks of the snapshot'),
    { ...descriptor(MEDIA_TYPES.snapshot, 'another snapshot'), annotations: { which: 'second' } },
    descriptor(MEDIA_TYPES.chunks, 'chunks of the other snapshot'),
    descriptor(MEDIA_TYPES.trace, 'trace'),
  ],
};

export const CONFIG: MachineConfig = {
  title: 'Tiny',
  version: '1',
  architecture: 'i386',
  memory: 64 * 1024 * 1024,
  diskSize: 1024 * 1024,
  engines: ['v86'],
  kernelCommandLine: 'root=/dev/sda',
  ports: [80],
  services: [{ name: 'console', description: 'A shell' }],
  packages: [{ name: 'bash', version: '5.2', licences: ['GPL-3.0-or-later'] }],
};

/** A runtime's config, without packages. */
export const RUNTIME_CONFIG: RuntimeConfig = {
  title: 'Lighthouse',
  version: '1',
  architecture: 'i386',
  wanted: ['lighthouse'],
  packages: [],
  contentSize: 0,
  services: [
    {
      name: 'lighthouse',
      description: 'Shines',
      run: '#!/bin/sh\nexec lighthouse\n',
      ports: [8080],
      environment: { BEAM: 'on' },
      health: { port: 8080, path: '/' },
    },
  ],
};

export const CATALOG: Catalog = {
  schemaVersion: 1,
  entries: [
    {
      id: 'tiny',
      kind: 'container',
      title: 'Tiny',
      summary: 'A container for tests.',
      version: '1',
      tags: ['test'],
      size: 10,
      manifest: descriptor(MEDIA_TYPES.manifest, 'manifest'),
    },
  ],
};
