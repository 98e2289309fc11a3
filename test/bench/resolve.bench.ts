import { rm } from 'node:fs/promises';
import { parseIndex, parseStatus, resolve, type PackageIndex, type Status } from '#domain/packages/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { temporaryFolder } from '../interop/support/publication.ts';
import { archiveLists, baseStatus, SimulatedApt } from '../interop/support/simulated-apt.ts';

const RUNS = 7;
const PLANS = 15;

/** Reading Debian's list of packages, and plans on the base container, in Node. */
export const benchmark: Benchmark = {
  name: 'resolve',
  summary:
    'the index of bookworm i386 read, against apt-cache gencaches; target ≤ 1500 ms, and ≤ 200 ms for a plan for nodejs',
  run: async () => {
    const folder = await temporaryFolder();
    try {
      return await measure(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(folder: string) {
  const [lists, bytes] = [await archiveLists(), await baseStatus()];
  const [status, apt] = [parseStatus(bytes), await SimulatedApt.open(folder, bytes)];
  const parse = (): Promise<number> => Promise.resolve(time(() => parseIndex(...lists)));
  await parse();
  const result = await compare(parse, () => apt.readLists(), RUNS);
  const index = parseIndex(...lists);
  const first = timeOfPlan('nodejs', index, status);
  const again = median(Array.from({ length: PLANS }, () => timeOfPlan('nodejs', index, status)));
  // By far the largest of common ones: more than a thousand packages.
  const gnome = timeOfPlan('gnome', index, status);
  const figures = { packages: index.size, firstPlanMs: first, planMs: again, planGnomeMs: gnome };
  return { unit: 'ms', ...result, figures };
}

function timeOfPlan(name: string, index: PackageIndex, status: Status): number {
  return time(() => {
    const plan = resolve({ index, status, wanted: [name] });
    if (plan.kind !== 'plan') throw new Error(plan.text);
  });
}

function time(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
