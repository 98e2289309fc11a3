import { readFile, stat } from 'node:fs/promises';
import { decodeChunkList, type CatalogEntry, type MachineConfig } from '#domain/container/index.ts';
import { compressInto } from '../compress/compress-file.ts';
import type { DiskImage } from './disk-image.ts';
import { packContainer, type ContainerContent } from './pack-container.ts';
import { drawThumbnail } from './thumbnail.ts';

/** What becomes a container: a disk's image, what boots it, and what to say of it. */
export interface ImageParts {
  readonly about: ContainerContent['about'];
  readonly disk: DiskImage;
  /** Without one, only an engine that brings its own can start it. */
  readonly kernel: Uint8Array | undefined;
  readonly initrd: Uint8Array | undefined;
  readonly commandLine: string;
  /** Guest memory in bytes. */
  readonly memory: number;
  /** PNG; one is drawn otherwise. */
  readonly thumbnail: Uint8Array | undefined;
}

/**
 * Packs a disk's image. The same parts give the same digests.
 * @param dir the layout's folder
 * @param scratch an empty folder on the same file system, for what is not to be seen yet
 */
export async function packImage(dir: string, scratch: string, parts: ImageParts): Promise<CatalogEntry> {
  const disk = await compressInto(parts.disk.path, scratch);
  const records = decodeChunkList(await readFile(disk.chunks), (await stat(disk.blob)).size);
  return packContainer(dir, {
    about: parts.about,
    config: configOf(parts),
    disk,
    kernel: parts.kernel,
    initrd: parts.initrd,
    thumbnail: parts.thumbnail ?? drawThumbnail(records),
  });
}

function configOf({ about, disk, kernel, commandLine, memory }: ImageParts): MachineConfig {
  return {
    title: about.title,
    version: about.version,
    architecture: 'i386',
    memory,
    diskSize: disk.size,
    engines: [kernel ? 'v86' : 'cheerpx'],
    kernelCommandLine: commandLine,
    ports: [],
    services: [],
    packages: [],
  };
}
