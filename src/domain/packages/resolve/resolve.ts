import { explanationOf, problemsOf } from './explain.ts';
import { minimalCore } from './minimal-core.ts';
import type { Explanation, Plan, Problem } from './plan.ts';
import { makePlan } from './make-plan.ts';
import type { Reason } from './reason.ts';
import { findUnwanted, findWish, isIndispensable, type ResolveRequest, type Wish } from './request.ts';
import { Rules } from './rules.ts';
import { Search } from './search.ts';
import type { Candidate, Slot, World } from './universe.ts';

/** Portolan's machines are of this architecture. */
const DEFAULT_ARCHITECTURE = 'i386';

/**
 * Finds how a machine gets the packages that are wanted and all they need, as apt does: the first alternative unless
 * another one is there, the newest versions, nothing upgraded that need not be. Where that leads nowhere it looks further:
 * there is a plan whenever one exists. Installed packages are removed only if `remove` names them.
 * @returns the plan, or in words why there is none and what could be removed for it
 * @throws AppError format/invalid for a stanza that it came across and that cannot be understood
 */
export function resolve(request: ResolveRequest): Plan | Explanation {
  const careful = new Attempt(request, false);
  const problems = careful.problems();
  if (problems.length > 0) return explanationOf(problems);
  const after = careful.run();
  if (after) return makePlan(after, careful.rules, careful.wanted(), request.status);
  const reasons = careful.reasons();
  const removals = [...reasons].some(isRemovable) ? removalsFor(request) : [];
  return explanationOf(problemsOf(reasons, careful.rules.universe), removals);
}

function isRemovable(reason: Reason): boolean {
  return reason.kind === 'stays' && !reason.slot.isHeld && !isIndispensable(reason.slot);
}

/** Installed packages, beside those that `remove` names, without which there would be a plan. */
function removalsFor(request: ResolveRequest): string[] {
  const bold = new Attempt(request, true);
  const found = bold.run();
  if (!found) return [];
  const after = new Set(found.map(({ slot }) => slot));
  const gone = bold.rules.universe.installedSlots().filter((slot) => !after.has(slot) && !bold.unwanted.includes(slot));
  return gone.map(({ label }) => label);
}

/** One search, in which installed packages have to stay or need not. */
class Attempt {
  readonly rules: Rules;
  readonly unwanted: readonly Slot[];
  readonly #request: ResolveRequest;
  readonly #wishes: readonly Wish[];
  readonly #problems: readonly Problem[];

  constructor(request: ResolveRequest, mayRemove: boolean) {
    this.#request = request;
    this.rules = new Rules(worldOf(request));
    const { universe } = this.rules;
    const wishes = request.wanted.map((name) => findWish(name, universe));
    const unwanted = (request.remove ?? []).map((name) => findUnwanted(name, universe));
    this.#wishes = wishes.filter((wish) => 'choices' in wish);
    this.unwanted = unwanted.filter((slot) => 'candidates' in slot);
    this.#problems = [...wishes, ...unwanted].filter((each) => 'kind' in each);
    for (const slot of universe.installedSlots()) this.#keep(slot, mayRemove);
    for (const { name, choices } of this.#wishes) this.rules.require(choices, { kind: 'wanted', name, choices });
  }

  #keep(slot: Slot, mayRemove: boolean): void {
    if (this.unwanted.includes(slot)) return this.rules.forbid(slot.candidates, { kind: 'unwanted', slot });
    const reason = { kind: 'stays', slot } as const;
    if (!mayRemove || slot.isHeld || isIndispensable(slot)) this.rules.require(slot.candidates, reason);
    if (slot.isHeld)
      this.rules.forbid(
        slot.candidates.filter(({ isInstalled }) => !isInstalled),
        reason,
      );
  }

  /** What is wrong with the request itself. */
  problems(): readonly Problem[] {
    return this.#problems;
  }

  wanted(): readonly Candidate[] {
    return this.#wishes.flatMap(({ choices }) => choices);
  }

  /** @returns what is on the machine afterwards; undefined when that cannot be */
  run(): readonly Candidate[] | undefined {
    const wanted = this.#wishes.map(({ choices }) => choices);
    const installed = this.rules.universe.installedSlots().filter((slot) => !this.unwanted.includes(slot));
    return new Search(this.rules, { wanted, installed, recommends: this.#request.recommends ?? false }).run();
  }

  /** Why run has found nothing. */
  reasons(): ReadonlySet<Reason> {
    const core = minimalCore(this.rules.solver.core());
    return new Set(core.flatMap(({ origin }) => origin ?? []));
  }
}

function worldOf({ index, status, architecture: told, foreign = [] }: ResolveRequest): World {
  const architecture = told ?? status.architecture ?? DEFAULT_ARCHITECTURE;
  const known = status.installed.map(({ entry }) => entry.architecture);
  const others = [...foreign, ...known].filter((each) => each !== 'all' && each !== architecture);
  return { index, status, architecture, foreign: [...new Set(others)] };
}
