import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIndex, parseStatus, type PackageIndex, type Status } from '#domain/packages/index.ts';
import { IS_FULL } from '../support/full.ts';
import { comparePlans, type Difference } from './support/compare-plans.ts';
import { archiveLists, baseStatus, SimulatedApt } from './support/simulated-apt.ts';
import { temporaryFolder } from './support/publication.ts';

const SIMULATED = 40;
/** Of the others apt is asked for its decision alone: a simulation of a desktop takes it ten seconds. */
const DECIDED = IS_FULL ? 460 : 0;
const SAMPLE = SIMULATED + DECIDED;
const SEED = 6;
/** Answers that may differ, each of a kind that is known: 2 %, and one in a small draw. */
const MOST_DIFFERENT = Math.max(1, Math.floor(SAMPLE * 0.02));
const REPORT = 'build/test-results/apt-differences.json';

let folder: string;
let apt: SimulatedApt;
let index: PackageIndex;
let status: Status;

beforeAll(async () => {
  folder = await temporaryFolder();
  const bytes = await baseStatus();
  [index, status] = [parseIndex(...(await archiveLists())), parseStatus(bytes)];
  apt = await SimulatedApt.open(folder, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

/** Names drawn at random, always the same ones (a linear congruential generator: Numerical Recipes' constants). */
function draw(count: number): string[] {
  const names = [...index.names()].toSorted();
  let state = SEED;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return names[Math.floor((state / 2 ** 32) * names.length)] ?? '';
  });
}

describe('plans for packages of Debian on base', () => {
  it(`are what apt-get install --simulate says, for ${SAMPLE} drawn at random`, { timeout: 7_200_000 }, async () => {
    const differences: Difference[] = [];
    for (const [at, name] of draw(SAMPLE).entries()) {
      const theirs = await (at < SIMULATED ? apt.install(name) : apt.decide(name));
      const { wrong, difference } = comparePlans(name, theirs, index, status);
      expect(wrong, `the plan for ${name}`).toEqual([]);
      if (difference) differences.push(difference);
    }
    const same = SAMPLE - differences.length;
    await mkdir('build/test-results', { recursive: true });
    await writeFile(REPORT, JSON.stringify({ packages: SAMPLE, seed: SEED, same, differences }, null, 2));
    expect(differences.filter(({ kind }) => kind === undefined)).toEqual([]);
    expect(differences.length).toBeLessThanOrEqual(MOST_DIFFERENT);
  });
});
