import { formatAlternatives } from '../relation.ts';
import type { Group } from './reason.ts';
import type { Rules } from './rules.ts';
import type { Candidate, Slot } from './universe.ts';

/** What else a search has to know beside the rules. */
export interface Aim {
  /** What the user asked for: of each, one is chosen, best first. */
  readonly wanted: readonly (readonly Candidate[])[];
  readonly installed: readonly Slot[];
  /** Whether recommended packages come along where they can. */
  readonly recommends: boolean;
}

/** A candidate whose groups are gone through, and how far. */
interface Frame {
  readonly groups: readonly Group[];
  next: number;
}

/**
 * Chooses as apt does, depth first: for each need of each package the first alternative, unless another one is there or
 * was chosen before. Where choices contradict each other, the solver learns from it, and the search begins again with
 * what it knows then.
 */
export class Search {
  readonly #rules: Rules;
  readonly #aim: Aim;
  /** What was chosen in apt's order. Conclusions that are yet to be come to do not count: apt does not know them. */
  readonly #visited = new Set<Candidate>();
  #stack: Frame[] = [];

  constructor(rules: Rules, aim: Aim) {
    this.#rules = rules;
    this.#aim = aim;
  }

  /** @returns what will be on the machine; undefined when nothing fulfils all rules */
  run(): Candidate[] | undefined {
    const { solver, universe } = this.#rules;
    for (;;) {
      const wentBack = solver.settle();
      if (wentBack === undefined) return undefined;
      if (wentBack) this.#beginAgain();
      const choice = this.#nextChoice();
      if (!choice) break;
      solver.decide(choice.variable);
    }
    return solver.trail.flatMap((literal) => (literal > 0 ? (universe.candidateOf(literal) ?? []) : []));
  }

  #beginAgain(): void {
    this.#visited.clear();
    this.#stack = [];
  }

  /** The next candidate to be decided for. */
  #nextChoice(): Candidate | undefined {
    return (
      this.#chooseWanted() ??
      this.#descend() ??
      this.#visitRest() ??
      this.#chooseInstalled() ??
      this.#chooseForUnfulfilled()
    );
  }

  #chooseWanted(): Candidate | undefined {
    for (const choices of this.#aim.wanted) {
      if (!choices.some((each) => this.#rules.value(each) > 0))
        return choices.find((each) => this.#rules.value(each) === 0);
    }
    return undefined;
  }

  #descend(): Candidate | undefined {
    this.#visitWanted();
    for (let frame = this.#stack.at(-1); frame; frame = this.#stack.at(-1)) {
      const group = frame.groups[frame.next];
      if (!group) this.#stack.pop();
      else if (this.#isFulfilled(group)) frame.next++;
      else {
        const choice = group.choices.find((each) => this.#rules.value(each) >= 0);
        if (!choice) frame.next++;
        else if (this.#rules.value(choice) === 0) return choice;
        else this.#visit(choice);
      }
    }
    return undefined;
  }

  #visitWanted(): void {
    if (this.#stack.length > 0) return;
    const next = this.#aim.wanted.flat().find((each) => this.#rules.value(each) > 0 && !this.#visited.has(each));
    if (!next) return;
    // As with apt, all that was asked for counts as chosen before any of it is looked into.
    this.#visit(next);
  }

  /** What follows from other rules, such as the upgrade of a package that another one breaks, is looked into as well. */
  #visitRest(): Candidate | undefined {
    for (const literal of this.#rules.solver.trail) {
      const candidate = literal > 0 ? this.#rules.universe.candidateOf(literal) : undefined;
      if (!candidate || this.#visited.has(candidate)) continue;
      this.#visit(candidate);
      const choice = this.#descend();
      if (choice) return choice;
    }
    return undefined;
  }

  #visit(candidate: Candidate): void {
    this.#visited.add(candidate);
    const groups = this.#rules.groups(candidate);
    this.#stack.push({ groups: [...groups, ...this.#recommended(candidate)], next: 0 });
  }

  /** Recommendations count when a package is new, and for an upgrade those that are new. */
  #recommended(candidate: Candidate): Group[] {
    if (!this.#aim.recommends || candidate.isInstalled) return [];
    const before = candidate.slot.installed?.entry.relations('Recommends').map(formatAlternatives) ?? [];
    return this.#rules
      .groupsOf(candidate, 'Recommends')
      .filter(({ alternatives }) => !before.includes(formatAlternatives(alternatives)));
  }

  #isFulfilled({ choices }: Group): boolean {
    return choices.some((each) => {
      const value = this.#rules.value(each);
      if (each.isInstalled) return value >= 0;
      return value > 0 && (this.#visited.has(each) || this.#isWanted(each));
    });
  }

  #isWanted(candidate: Candidate): boolean {
    return this.#aim.wanted.some((choices) => choices.includes(candidate));
  }

  /** Packages stay at their version; where they cannot, the newest one comes. */
  #chooseInstalled(): Candidate | undefined {
    for (const { installed, candidates } of this.#aim.installed) {
      if (candidates.some((each) => this.#rules.value(each) > 0)) continue;
      const isOpen = (each: Candidate): boolean => this.#rules.value(each) === 0;
      const choice = installed && isOpen(installed) ? installed : candidates.find(isOpen);
      if (choice) return choice;
    }
    return undefined;
  }

  /** Needs that something installed fulfilled, until another rule changed it. */
  #chooseForUnfulfilled(): Candidate | undefined {
    for (const candidate of this.#visited) {
      if (this.#rules.value(candidate) <= 0) continue;
      for (const { choices } of this.#rules.groups(candidate)) {
        if (choices.some((each) => this.#rules.value(each) > 0)) continue;
        const choice = choices.find((each) => this.#rules.value(each) === 0);
        if (choice) return choice;
      }
    }
    return undefined;
  }
}
