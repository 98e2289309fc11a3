import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve, type PackageEntry, type PackageIndex } from '#domain/packages/index.ts';
import { IS_FULL } from '../../support/full.ts';
import { faults, hasPreDependsCircle, labelOf } from './support/consistency.ts';
import { followPlan } from './support/follow-plan.ts';
import { reachable, universe } from './support/small-universe.ts';

const RUNS = IS_FULL ? 5000 : 300;
/** Trying everything takes its time. */
const timeout = 900_000;

const foreign = ['amd64'];

function someLabel(index: PackageIndex, at: number): string {
  const [entry] = index.versions([...index.names()].at(at) ?? '');
  return entry ? labelOf(entry) : '';
}

describe('in any small universe', () => {
  it('there is a plan if and only if trying everything finds one, and dpkg can follow it', { timeout }, () => {
    fc.assert(
      fc.property(universe, ({ index, status }) => {
        const wanted = someLabel(index, 0);
        const names = status.installed.map(({ entry }) => labelOf(entry));
        const isGood = (set: readonly PackageEntry[], needed: readonly string[]): boolean =>
          needed.every((name) => set.some((entry) => labelOf(entry) === name)) && faults(set).length === 0;
        const sets = [...reachable(index, status)];
        const plan = resolve({ index, status, wanted: [wanted], foreign });
        expect(plan.kind === 'plan').toBe(sets.some((set) => isGood(set, [wanted, ...names])));
        if (plan.kind === 'impossible') return;
        const { after, violations } = followPlan(plan, index, status);
        // What Pre-Depends in a circle asks for, dpkg cannot do in any order (Policy 7.2 forbids it).
        if (!hasPreDependsCircle(after)) expect(violations).toEqual([]);
        expect(isGood(after, [wanted, ...names])).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('what could be removed for a plan is named if there is anything, and it helps', { timeout }, () => {
    fc.assert(
      fc.property(universe, ({ index, status }) => {
        const wanted = someLabel(index, -1);
        const first = resolve({ index, status, wanted: [wanted], foreign });
        if (first.kind === 'plan') return;
        const essential = status.installed.filter(({ entry }) => entry.isEssential).map(({ entry }) => labelOf(entry));
        const isGood = (set: readonly PackageEntry[]): boolean =>
          [wanted, ...essential].every((name) => set.some((entry) => labelOf(entry) === name)) &&
          faults(set).length === 0;
        expect(first.removals.length > 0).toBe([...reachable(index, status)].some(isGood));
        expect(first.removals.filter((name) => essential.includes(name))).toEqual([]);
        if (first.removals.length === 0) return;
        const second = resolve({ index, status, wanted: [wanted], remove: first.removals, foreign });
        if (second.kind !== 'plan') throw new Error(second.text);
        expect(second.removed.map(({ name }) => name).toSorted()).toEqual([...first.removals].toSorted());
        expect(isGood(followPlan(second, index, status).after)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
