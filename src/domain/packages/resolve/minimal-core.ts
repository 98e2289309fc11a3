import { Solver, type Clause } from './solver.ts';

/** From so many clauses on, each is left as it is: no one reads an explanation of that length. */
const MOST_CLAUSES = 300;

/** Leaves out, one by one, clauses without which the others still contradict each other. */
export function minimalCore<Origin>(core: readonly Clause<Origin>[]): readonly Clause<Origin>[] {
  let needed = core;
  if (core.length > MOST_CLAUSES) return core;
  for (const clause of core) {
    const others = needed.filter((each) => each !== clause);
    if (!isSolvable(others)) needed = others;
  }
  return needed;
}

function isSolvable(clauses: readonly Clause<unknown>[]): boolean {
  const solver = new Solver<true>();
  const variables = new Map<number, number>();
  const variableOf = (literal: number): number => {
    const known = variables.get(Math.abs(literal)) ?? solver.newVariable();
    variables.set(Math.abs(literal), known);
    return Math.sign(literal) * known;
  };
  for (const { literals } of clauses) solver.add(literals.map(variableOf), true);
  for (;;) {
    if (solver.settle() === undefined) return false;
    const open = [...variables.values()].find((variable) => solver.value(variable) === 0);
    if (open === undefined) return true;
    solver.decide(-open);
  }
}
