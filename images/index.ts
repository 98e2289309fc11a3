/*
 * The image builder, `npm run images`: makes containers and runtimes of Debian packages.
 *   recipes/  what each container is made of, as data
 *   runtimes/ what each runtime is made of, as data, and apps that come with one
 *   rootfs/   files that a recipe adds, as they lie in the guest
 *   kernel/   options of the kernel that they share
 *   build/    the steps, each cached by all that goes into it
 * It leaves `build/catalog` (an OCI image layout with a catalog) and `build/firmware`. `--update` takes newer packages.
 */
import { join } from 'node:path';
import type { CatalogEntry } from '#domain/container/index.ts';
import { pruneBlobs, PublishError, writeCatalog } from '../publishing/index.ts';
import { buildContainer } from './build/build-container.ts';
import { BuildError } from './build/build-error.ts';
import { buildRuntime } from './build/build-runtime.ts';
import { unpackFirmware } from './build/firmware.ts';
import { ensureHostTools } from './build/host-tools.ts';
import { logProgress } from './build/log.ts';
import { pinPackages } from './build/packages.ts';
import { OUTPUT_DIR } from './build/paths.ts';
import { buildRootfs } from './build/rootfs.ts';
import { pinRuntimes } from './build/runtime-packages.ts';
import { base, web } from './recipes/index.ts';
import { RUNTIMES } from './runtimes/index.ts';

async function buildImages(update: boolean): Promise<void> {
  await ensureHostTools();
  const catalog = join(OUTPUT_DIR, 'catalog');
  const basePins = await pinPackages(base, update);
  const webPins = await pinPackages(web, update, basePins);
  await unpackFirmware(basePins.firmware, join(OUTPUT_DIR, 'firmware'));
  const entries: CatalogEntry[] = [
    await buildContainer(base, basePins, catalog),
    await buildContainer(web, webPins, catalog),
  ];
  const on = { rootfs: await buildRootfs(base, basePins.rootfs), epoch: base.epoch };
  for (const pinned of await pinRuntimes(RUNTIMES, basePins, update))
    entries.push(await buildRuntime(pinned, on, catalog));
  await writeCatalog(catalog, entries);
  await pruneBlobs(catalog, entries);
  for (const { id, kind, version, size } of entries) {
    logProgress(`images: ${kind} ${id} ${version} is ready, ${(size / 1e6).toFixed(1)} MB to download`);
  }
}

try {
  await buildImages(process.argv.includes('--update'));
} catch (error) {
  if (!(error instanceof BuildError || error instanceof PublishError)) throw error;
  process.stderr.write(`images: ${error.message}\n`);
  process.exitCode = 1;
}
