import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readDebFacts } from '#domain/packages/install/index.ts';
import { resolve, type PackageIndex, type Plan, type Status } from '#domain/packages/index.ts';
import { unpack } from '#storage/index.ts';
import { archiveChoices } from '../../../images/build/mirror.ts';
import { packageDir } from '../../../images/build/packages.ts';
import { cacheDir } from '../../../images/build/paths.ts';
import { PrivateApt } from '../../../images/build/private-apt.ts';

interface Draw {
  readonly index: PackageIndex;
  readonly status: Status;
  readonly seed: number;
  /** Bytes of all .deb files that come with a package. */
  readonly most: number;
}

/** Plans for packages drawn at random, always the same ones (a linear congruential generator: Numerical Recipes' constants). */
export function* drawPackages({ index, status, seed, most }: Draw): Generator<Plan, undefined> {
  const names = [...index.names()].toSorted();
  let state = seed;
  for (let draws = 0; draws < names.length; draws++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const name = names[Math.floor((state / 2 ** 32) * names.length)] ?? '';
    const plan = resolve({ index, status, wanted: [name] });
    if (plan.kind !== 'plan' || plan.packages.length === 0 || plan.removed.length > 0) continue;
    if (plan.downloadBytes <= most && !plan.packages.some(({ replaces }) => replaces !== undefined)) yield plan;
  }
  return undefined;
}

/**
 * The .deb files of a plan, from where the images' packages are kept, by package.
 * @returns undefined where one of them brings a daemon
 */
export async function fetchPackages(plan: Plan): Promise<ReadonlyMap<string, string> | undefined> {
  await mkdir(packageDir(), { recursive: true });
  const files = new Map(
    plan.packages.map(({ name, version, architecture }) => {
      const file = `${name.replace(/:.*$/, '')}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
      return [name, { file: join(packageDir(), file), spec: `${name}=${version}` }];
    }),
  );
  const missing = [...files.values()].filter(({ file }) => !existsSync(file));
  if (missing.length > 0) await download(missing.map(({ spec }) => spec));
  const paths = new Map([...files].map(([name, { file }]) => [name, file]));
  for (const path of paths.values()) if (await isDaemon(path)) return undefined;
  return paths;
}

/** Set up once, with lists of its own: those of the images are read by other tests meanwhile. */
let apt: Promise<PrivateApt> | undefined;

async function download(packages: readonly string[]): Promise<void> {
  apt ??= openApt();
  await (await apt).download(packages, packageDir());
}

async function openApt(): Promise<PrivateApt> {
  let last: unknown;
  for (const archives of await archiveChoices()) {
    try {
      return await PrivateApt.open(archives, join(cacheDir(), 'apt-drawn'));
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function isDaemon(path: string): Promise<boolean> {
  const { paths } = await readDebFacts(createReadStream(path), { decompress: unpack });
  return paths.some((each) => /^\/(?:etc\/init\.d|(?:usr\/)?lib\/systemd\/system)\//.test(each));
}
