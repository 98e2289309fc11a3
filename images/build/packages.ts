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

export const PinSchema = v.object({
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
  const before = await readPins(path, PinsSchema);
  const known = before && withShared(before, shared);
  if (known && !update && hasFiles([...known.rootfs, known.kernelSource, known.firmware])) return known;
  const pins = await resolveSomewhere((archives) => resolveFrom(recipe, archives, shared));
  await writePins(path, pins);
  return pins;
}

/** What an earlier build has pinned. */
export async function readPins<S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  return existsSync(path) ? parseJson(schema, await readFile(path, 'utf8'), path) : undefined;
}

/** Keeps pins for later builds. */
export async function writePins(path: string, pins: object): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify(pins, null, 1));
  await rename(`${path}.part`, path);
}

function withShared(pins: Pins, shared: SharedPins = pins): Pins {
  return { ...pins, kernelSource: shared.kernelSource, firmware: shared.firmware };
}

/** True when the files of all of them are here. */
export function hasFiles(pins: readonly Pin[]): boolean {
  return pins.every(({ file }) => existsSync(join(packageDir(), file)));
}

/** What the best set of archives gives that gives anything. @throws BuildError when none does */
export async function resolveSomewhere<T>(resolve: (archives: readonly Archive[]) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const archives of await archiveChoices()) {
    try {
      return await resolve(archives);
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

/** The entries of these files in the archives' lists. @throws BuildError */
export async function pin(apt: PrivateApt, files: readonly PackageFile[]): Promise<Pin[]> {
  const entries = await apt.describe(files.map(({ file }) => packageOf(file)));
  return files
    .map(({ file, sha256 }) => {
      const entry = entries.find((text) => text.includes(`SHA256: ${sha256}`));
      if (entry === undefined) throw new BuildError(`the archive's list has no entry for ${file}`);
      return { package: packageOf(file), file, sha256, entry };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Fetches those that are not here. @throws BuildError */
export async function fetchMissing(apt: PrivateApt, pins: readonly Pin[]): Promise<void> {
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
