import { join } from 'node:path';
import * as v from 'valibot';
import type { RuntimeRecipe } from '../runtimes/index.ts';
import { BuildError } from './build-error.ts';
import { hashOfJson } from './cached-step.ts';
import { logProgress } from './log.ts';
import type { Archive } from './mirror.ts';
import {
  fetchMissing,
  hasFiles,
  pin,
  PinSchema,
  readPins,
  resolveSomewhere,
  writePins,
  type Pin,
  type Pins,
} from './packages.ts';
import { cacheDir } from './paths.ts';
import { PrivateApt } from './private-apt.ts';

const RuntimePinsSchema = v.object({ packages: v.array(PinSchema) });

/** A runtime, and exactly the packages that are in it. */
export interface PinnedRuntime {
  readonly recipe: RuntimeRecipe;
  readonly packages: readonly Pin[];
}

/**
 * The packages of runtimes that `base` does not have: those of the last build, or the newest ones.
 * @param update looks for newer ones
 * @throws BuildError when no archive can give them
 */
export async function pinRuntimes(
  recipes: readonly RuntimeRecipe[],
  base: Pins,
  update: boolean,
): Promise<readonly PinnedRuntime[]> {
  const known = new Map<string, readonly Pin[]>();
  for (const recipe of recipes) {
    const pins = await readPins(pinsPath(recipe, base), RuntimePinsSchema);
    if (pins && !update && hasFiles(pins.packages)) known.set(recipe.id, pins.packages);
  }
  const unknown = recipes.filter(({ id }) => !known.has(id));
  if (unknown.length > 0) {
    const found = await resolveSomewhere((archives) => resolveFrom(unknown, base, archives));
    for (const { recipe, packages } of found) {
      known.set(recipe.id, packages);
      await writePins(pinsPath(recipe, base), { packages });
    }
  }
  return recipes.map((recipe) => ({ recipe, packages: known.get(recipe.id) ?? [] }));
}

/** Pins are for one state of `base`: what that has need not be in a runtime. */
function pinsPath({ id, packages }: RuntimeRecipe, base: Pins): string {
  const inputs = { packages, base: base.rootfs.map(({ sha256 }) => sha256) };
  return join(cacheDir(), 'pins', `runtime-${id}-${hashOfJson(inputs)}.json`);
}

async function resolveFrom(
  recipes: readonly RuntimeRecipe[],
  base: Pins,
  archives: readonly Archive[],
): Promise<readonly PinnedRuntime[]> {
  logProgress(`runtimes: resolving from ${archives.map(({ suite }) => suite).join(', ')}`);
  const apt = await PrivateApt.open(archives);
  const installed = base.rootfs.map(({ entry }) => entry);
  const found: PinnedRuntime[] = [];
  for (const recipe of recipes) {
    const files = await apt.resolveBeyond(recipe.packages, installed);
    if (files.length === 0) throw new BuildError(`base has all of the runtime ${recipe.id}`);
    found.push({ recipe, packages: await pin(apt, files) });
  }
  await fetchMissing(apt, uniqueFiles(found));
  return found;
}

function uniqueFiles(runtimes: readonly PinnedRuntime[]): Pin[] {
  return [...new Map(runtimes.flatMap(({ packages }) => packages.map((each) => [each.file, each]))).values()];
}
