import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '#domain/container/index.ts';
import * as v from 'valibot';
import type { Recipe } from '../recipes/index.ts';
import { BuildError } from './build-error.ts';
import { hashOfJson } from './cached-step.ts';
import { logProgress, logWarning } from './log.ts';
import { archiveChoices, type Archive } from './mirror.ts';
import { cacheDir } from './paths.ts';
import { packageOf, PrivateApt, type PackageFile } from './private-apt.ts';

/** Packages of Debian that are inputs to the build but not part of the disk. */
const KERNEL_SOURCE = 'linux-source-6.1';
const FIRMWARE = 'seabios';

const PinSchema = v.object({
  package: v.string(),
  file: v.string(),
  sha256: v.string(),
  /** Its entry in the archive's list of packages. */
  entry: v.string(),
});
/** One package, to the byte. */
export type Pin = v.InferOutput<typeof PinSchema>;

const PinsSchema = v.object({
  suites: v.array(v.string()),
  rootfs: v.array(PinSchema),
  kernelSource: PinSchema,
  firmware: PinSchema,
});
/** All the packages that a build takes in. */
export type Pins = v.InferOutput<typeof PinsSchema>;

/** What is not a container's own: containers with the same of these share one kernel. */
export type SharedPins = Pick<Pins, 'kernelSource' | 'firmware'>;

/** Where the packages' files lie. */
export function packageDir(): string {
  return join(cacheDir(), 'packages');
}

/**
 * The packages for a recipe: those of the last build, so that it gives the same bytes again, or the newest ones.
 * @param update looks for newer ones
 * @param shared kernel and firmware that others of the catalog have; by default its own
 * @throws BuildError when no archive can give them
 */
export async function pinPackages(recipe: Recipe, update: boolean, shared?: SharedPins): Promise<Pins> {
  const path = join(cacheDir(), 'pins', `${recipe.id}-${hashOfJson(recipe.packages)}.json`);
  const known = existsSync(path)
    ? withShared(parseJson(PinsSchema, await readFile(path, 'utf8'), path), shared)
    : undefined;
  if (known && !update && hasFiles(known)) return known;
  const pins = await resolveSomewhere(recipe, await archiveChoices(), shared);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify(pins, null, 1));
  await rename(`${path}.part`, path);
  return pins;
}

function withShared(pins: Pins, shared: SharedPins = pins): Pins {
  return { ...pins, kernelSource: shared.kernelSource, firmware: shared.firmware };
}

function hasFiles(pins: Pins): boolean {
  return [...pins.rootfs, pins.kernelSource, pins.firmware].every(({ file }) => existsSync(join(packageDir(), file)));
}

async function resolveSomewhere(
  recipe: Recipe,
  choices: readonly Archive[][],
  shared: SharedPins | undefined,
): Promise<Pins> {
  let last: unknown;
  for (const archives of choices) {
    try {
      return await resolveFrom(recipe, archives, shared);
    } catch (error) {
      last = error;
      logWarning(`cannot use ${archives.map(({ suite }) => suite).join(', ')} together: ${reason(error)}`);
    }
  }
  throw new BuildError('No set of Debian archives gave the packages; the warnings above say why.', { cause: last });
}

async function resolveFrom(
  recipe: Recipe,
  archives: readonly Archive[],
  shared: SharedPins | undefined,
): Promise<Pins> {
  const suites = archives.map(({ suite }) => suite);
  logProgress(`packages: resolving from ${suites.join(', ')}`);
  const apt = await PrivateApt.open(archives);
  const [rootfs, { kernelSource, firmware }]: readonly [Pin[], SharedPins] = await Promise.all([
    apt.resolve(recipe.packages).then((files) => pin(apt, files)),
    shared ?? pinShared(apt),
  ]);
  const pins = { suites, rootfs, kernelSource, firmware };
  await fetchMissing(apt, [...rootfs, kernelSource, firmware]);
  return pins;
}

async function pinShared(apt: PrivateApt): Promise<SharedPins> {
  const [[kernelSource], [firmware]] = await Promise.all([
    apt.locate([KERNEL_SOURCE]).then((files) => pin(apt, files)),
    apt.locate([FIRMWARE]).then((files) => pin(apt, files)),
  ]);
  if (!kernelSource || !firmware) throw new BuildError(`${KERNEL_SOURCE} or ${FIRMWARE} is not in the archive`);
  return { kernelSource, firmware };
}

async function pin(apt: PrivateApt, files: readonly PackageFile[]): Promise<Pin[]> {
  const entries = await apt.describe(files.map(({ file }) => packageOf(file)));
  return files
    .map(({ file, sha256 }) => {
      const entry = entries.find((text) => text.includes(`SHA256: ${sha256}`));
      if (entry === undefined) throw new BuildError(`the archive's list has no entry for ${file}`);
      return { package: packageOf(file), file, sha256, entry };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function fetchMissing(apt: PrivateApt, pins: readonly Pin[]): Promise<void> {
  await mkdir(packageDir(), { recursive: true });
  const missing = pins.filter(({ file }) => !existsSync(join(packageDir(), file)));
  if (missing.length === 0) return;
  logProgress(`packages: downloading ${missing.length}`);
  await apt.download(
    missing.map((each) => each.package),
    packageDir(),
  );
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').find((line) => line.startsWith('E:') || line.includes('Mirror sync')) ?? text;
}
