import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  digestHex,
  parseJson,
  RuntimeConfigSchema,
  type CatalogEntry,
  type RuntimeConfig,
} from '#domain/container/index.ts';
import { layOutRuntime, packRuntime } from '../../publishing/index.ts';
import { BuildError } from './build-error.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { compressFile } from './compress-disk.ts';
import { packageDir } from './packages.ts';
import { rehearse } from './rehearse.ts';
import type { PinnedRuntime } from './runtime-packages.ts';
import { buildTemplate } from './template.ts';

/** To be raised when what `layOutRuntime` makes of the same sources changes: results of before are not taken then. */
const FORM = 2;

/** The container on which runtimes are new. */
export interface BuildOn {
  /** Tar of its root file system. */
  readonly rootfs: string;
  /** The one time of everything built, in seconds since 1970. */
  readonly epoch: number;
}

/**
 * Builds a runtime into a layout, from the cache as far as nothing has changed.
 * @param dir the layout's folder
 * @throws BuildError
 */
export async function buildRuntime(
  pinned: PinnedRuntime,
  { rootfs, epoch }: BuildOn,
  dir: string,
): Promise<CatalogEntry> {
  const { id, title, summary, version, tags } = pinned.recipe;
  const made = await layOut(pinned, { rootfs, epoch });
  const config = parseJson(
    RuntimeConfigSchema,
    await readFile(join(made, 'config.json'), 'utf8'),
    'The runtime’s config',
  );
  checkDigests(pinned, config);
  return packRuntime(dir, {
    about: { id, title, summary, version, tags: [...tags] },
    config,
    content: await compressFile(join(made, 'content')),
  });
}

/** @returns a folder with its content and its config */
async function layOut({ recipe, packages }: PinnedRuntime, { rootfs, epoch }: BuildOn): Promise<string> {
  const { title, version, services, template } = recipe;
  const tar = template && { folder: template.folder, path: await buildTemplate(template, epoch) };
  const debs = packages.map(({ file }) => join(packageDir(), file));
  const effects = await rehearse(rootfs, debs, epoch);
  const sources = {
    title,
    version,
    services: services.map((service) => ({ ...service, ports: [...service.ports] })),
    wanted: [...recipe.packages],
    debs: debs.map((path) => ({ path, effects: effects.get(basename(path)) })),
    template: tar,
  };
  const inputs = {
    ...sources,
    debs: packages.map(({ file, sha256 }) => {
      const left = effects.get(file);
      return [sha256, left === undefined ? undefined : originOf(left)];
    }),
    template: tar && { folder: tar.folder, origin: originOf(tar.path) },
    form: FORM,
  };
  const make = async (into: string): Promise<void> => {
    const config = await layOutRuntime(sources, join(into, 'content'));
    await writeFile(join(into, 'config.json'), JSON.stringify(config));
  };
  return cachedStep({ name: 'runtime', inputs, make });
}

/** The packages are those of the archives' signed lists. */
function checkDigests({ recipe, packages }: PinnedRuntime, config: RuntimeConfig): void {
  const pinned = new Set(packages.map(({ sha256 }) => sha256));
  const other = config.packages.find(({ sha256 }) => !pinned.has(digestHex(sha256)));
  if (other) throw new BuildError(`${other.name} in the runtime ${recipe.id} is not the one that Debian has published`);
}
