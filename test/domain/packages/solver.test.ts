import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimalCore } from '#domain/packages/resolve/minimal-core.ts';
import { Solver } from '#domain/packages/resolve/solver.ts';

const VARIABLES = 6;
const literal = fc.tuple(fc.integer({ min: 1, max: VARIABLES }), fc.boolean()).map(([at, sign]) => (sign ? at : -at));
const clauses = fc.array(fc.array(literal, { minLength: 1, maxLength: 3 }), { maxLength: 30 });
type Clauses = readonly (readonly number[])[];

/** By trying all values. */
function isSolvable(given: Clauses): boolean {
  return Array.from({ length: 2 ** VARIABLES }, (_, bits) => bits).some((bits) =>
    holds(given, (at) => bits & (1 << at)),
  );
}

function holds(given: Clauses, isTrue: (variable: number) => unknown): boolean {
  return given.every((clause) => clause.some((each) => Boolean(isTrue(Math.abs(each) - 1)) === each > 0));
}

/** @param late clauses that come only when a variable becomes true, of which each has the negation */
function solve(given: Clauses, late: boolean) {
  const added = new Set<number>();
  const solver: Solver<readonly number[]> = new Solver((variable) => {
    if (added.has(variable)) return;
    added.add(variable);
    if (late) for (const clause of given) if (clause.includes(-variable)) solver.add(clause, clause);
  });
  for (let at = 0; at < VARIABLES; at++) solver.newVariable();
  for (const clause of given) if (!late || clause.every((each) => each > 0)) solver.add(clause, clause);
  for (;;) {
    if (solver.settle() === undefined) return { solver, isSolved: false };
    const open = [1, 2, 3, 4, 5, 6].find((variable) => solver.value(variable) === 0);
    if (open === undefined) return { solver, isSolved: true };
    solver.decide(open);
  }
}

describe('the solver', () => {
  it.each([false, true])('finds values wherever there are some; clauses that come late: %s', (late) => {
    fc.assert(
      fc.property(clauses, (given) => {
        const { solver, isSolved } = solve(given, late);
        expect(isSolved).toBe(isSolvable(given));
        if (isSolved) expect(holds(given, (at) => solver.value(at + 1) > 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('names clauses that contradict each other, and none too many', () => {
    fc.assert(
      fc.property(clauses, (given) => {
        const { solver, isSolved } = solve(given, true);
        if (isSolved) return;
        const core = minimalCore(solver.core()).flatMap(({ origin }) => (origin ? [origin] : []));
        expect(isSolvable(core)).toBe(false);
        for (const left of core) expect(isSolvable(core.filter((each) => each !== left))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
