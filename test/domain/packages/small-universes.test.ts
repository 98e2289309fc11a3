import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve, type PackageEntry } from '#domain/packages/index.ts';
import { faults, hasPreDependsCircle } from './support/consistency.ts';
import { followPlan } from './support/follow-plan.ts';
import { reachable, universe } from './support/small-universe.ts';

const RUNS = process.env['PORTOLAN_FULL'] === '1' ? 5000 : 300;
/** Trying everything takes its time. */
const timeout = 900_000;

describe('in any small universe', () => {
  it('there is a plan if and only if trying everything finds one, and dpkg can follow it', { timeout }, () => {
    fc.assert(
      fc.property(universe, ({ index, status }) => {
        const wanted = [...index.names()][0] ?? '';
        const names = status.installed.map(({ entry }) => entry.name);
        const isGood = (set: readonly PackageEntry[], needed: readonly string[]): boolean =>
          needed.every((name) => set.some((entry) => entry.name === name)) && faults(set).length === 0;
        const sets = [...reachable(index, status)];
        const plan = resolve({ index, status, wanted: [wanted] });
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
        const wanted = [...index.names()].at(-1) ?? '';
        const first = resolve({ index, status, wanted: [wanted] });
        if (first.kind === 'plan') return;
        const essential = status.installed.filter(({ entry }) => entry.isEssential).map(({ entry }) => entry.name);
        const isGood = (set: readonly PackageEntry[]): boolean =>
          [wanted, ...essential].every((name) => set.some((entry) => entry.name === name)) && faults(set).length === 0;
        expect(first.removals.length > 0).toBe([...reachable(index, status)].some(isGood));
        expect(first.removals.filter((name) => essential.includes(name))).toEqual([]);
        if (first.removals.length === 0) return;
        const second = resolve({ index, status, wanted: [wanted], remove: first.removals });
        if (second.kind !== 'plan') throw new Error(second.text);
        expect(second.removed.map(({ name }) => name).toSorted()).toEqual([...first.removals].toSorted());
        expect(isGood(followPlan(second, index, status).after)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
