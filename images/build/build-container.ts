import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeChunkList, type CatalogEntry, type MachineConfig } from '#domain/container/index.ts';
import { drawThumbnail, packContainer, type ContainerContent } from '../../publishing/index.ts';
import type { Recipe } from '../recipes/index.ts';
import { readKernel } from './boot.ts';
import { compressFile } from './compress-disk.ts';
import { loadEngine } from './engine.ts';
import { buildDisk } from './file-system.ts';
import { buildKernel } from './kernel.ts';
import { addLibraryCache } from './library-cache.ts';
import { listPackages } from './package-list.ts';
import type { Pins } from './packages.ts';
import { OUTPUT_DIR } from './paths.ts';
import { buildRootfs } from './rootfs.ts';
import { warmUp } from './warm.ts';

const MIB = 1024 * 1024;

/**
 * Builds a recipe's container into a layout, from the cache as far as nothing has changed.
 * The firmware is to be there already.
 * @param dir the layout's folder
 * @throws BuildError
 */
export async function buildContainer(recipe: Recipe, pins: Pins, dir: string): Promise<CatalogEntry> {
  const rootfs = await buildRootfs(recipe, pins.rootfs);
  const kernel = await buildKernel(pins.kernelSource);
  const engine = await loadEngine(join(OUTPUT_DIR, 'firmware'));
  const { kernelCommandLine, epoch } = recipe;
  const plain = { kernel: await readKernel(kernel), memory: recipe.memory * MIB, kernelCommandLine };
  const image = await addLibraryCache(engine, { ...plain, image: await buildDisk(recipe, rootfs) }, epoch);
  const content = await makeContent(recipe, pins, { rootfs, image, kernel });
  return packContainer(dir, await warmUp(engine, content, { ...plain, image }));
}

/** Paths of the file system as a tar, of the image of a disk, and of the kernel. */
interface Built {
  readonly rootfs: string;
  readonly image: string;
  readonly kernel: string;
}

async function makeContent(recipe: Recipe, pins: Pins, { rootfs, image, kernel }: Built): Promise<ContainerContent> {
  const disk = await compressFile(image);
  const records = decodeChunkList(await readFile(disk.chunks), (await stat(disk.blob)).size);
  const { id, title, summary, version, tags } = recipe;
  return {
    about: { id, title, summary, version, tags: [...tags] },
    config: await machineConfig(recipe, rootfs, pins),
    kernel,
    disk,
    thumbnail: drawThumbnail(records),
  };
}

async function machineConfig(recipe: Recipe, rootfs: string, pins: Pins): Promise<MachineConfig> {
  const [, kernelVersion = ''] = pins.kernelSource.package.split('=');
  const kernel = { name: 'linux', version: kernelVersion, licences: ['GPL-2.0-only WITH Linux-syscall-note'] };
  return {
    title: recipe.title,
    version: recipe.version,
    architecture: 'i386',
    memory: recipe.memory * MIB,
    diskSize: recipe.disk * MIB,
    engines: ['v86'],
    kernelCommandLine: recipe.kernelCommandLine,
    ports: [...recipe.ports],
    services: recipe.services.map((service) => ({ ...service })),
    packages: [kernel, ...(await listPackages(rootfs))],
  };
}
