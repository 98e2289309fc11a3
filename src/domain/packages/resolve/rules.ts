import type { Reason, Group } from './reason.ts';
import { Solver } from './solver.ts';
import { Universe, type Candidate, type Slot, type World } from './universe.ts';

/**
 * The rules of Policy chapter 7 as clauses of a solver. A package's own rules are added when it is first to be on the
 * machine; what never comes up costs nothing.
 */
export class Rules {
  readonly solver = new Solver<Reason>((variable) => this.#addRulesOf(variable));
  readonly universe: Universe;
  readonly #groups = new Map<Candidate, readonly Group[]>();

  constructor(world: World) {
    this.universe = new Universe(
      world,
      () => this.solver.newVariable(),
      (slots) => this.#addSlots(slots),
    );
  }

  /** Whether a candidate is to be on the machine: 1 yes, -1 no, 0 open. */
  value({ variable }: Candidate): number {
    return this.solver.value(variable);
  }

  /** At least one of them has to be there. */
  require(choices: readonly Candidate[], reason: Reason): void {
    this.solver.add(
      choices.map(({ variable }) => variable),
      reason,
    );
  }

  forbid(candidates: readonly Candidate[], reason: Reason): void {
    for (const { variable } of candidates) this.solver.add([-variable], reason);
  }

  /** What a candidate needs, Pre-Depends first. */
  groups(candidate: Candidate): readonly Group[] {
    const known = this.#groups.get(candidate);
    if (known) return known;
    const fields = ['Pre-Depends', 'Depends'] as const;
    const groups = fields.flatMap((field) => this.groupsOf(candidate, field));
    this.#groups.set(candidate, groups);
    return groups;
  }

  groupsOf(candidate: Candidate, field: Group['field']): Group[] {
    return candidate.entry.relations(field).map((alternatives) => {
      const choices = alternatives.flatMap((each) => this.universe.satisfying(each, candidate.slot.architecture));
      return { field, alternatives, choices: inOrder([...new Set(choices)]) };
    });
  }

  #addRulesOf(variable: number): void {
    const candidate = this.universe.candidateOf(variable);
    if (!candidate || this.#groups.has(candidate)) return;
    for (const group of this.groups(candidate)) {
      const choices = group.choices.map((each) => each.variable);
      this.solver.add([-variable, ...choices], { kind: 'depends', by: candidate, group });
    }
    for (const field of ['Conflicts', 'Breaks'] as const) this.#addConflicts(candidate, field);
  }

  #addConflicts(by: Candidate, field: 'Conflicts' | 'Breaks'): void {
    for (const relation of by.entry.relations(field).flat()) {
      for (const other of this.universe.hit(relation, by.slot))
        this.solver.add([-by.variable, -other.variable], { kind: 'conflicts', by, field, relation, with: other });
    }
  }

  #addSlots(slots: readonly Slot[]): void {
    for (const slot of slots) {
      this.#exclude(slot.candidates, slot.candidates, { kind: 'one-version', slot });
      for (const other of slots.slice(slots.indexOf(slot) + 1))
        this.#exclude(slot.candidates, other.candidates, { kind: 'one-architecture', slots: [slot, other] });
    }
  }

  #exclude(these: readonly Candidate[], those: readonly Candidate[], reason: Reason): void {
    for (const a of these) {
      for (const b of those) {
        const isPair = a.slot !== b.slot || a.variable < b.variable;
        if (isPair && !canBeTogether(a, b)) this.solver.add([-a.variable, -b.variable], reason);
      }
    }
  }
}

/** Packages of one name go together for two architectures, if both say so and have the same version. */
function canBeTogether(a: Candidate, b: Candidate): boolean {
  const [one, other] = [a.entry, b.entry];
  if (a.slot === b.slot || one.multiArch !== 'same' || other.multiArch !== 'same') return false;
  return one.version === other.version;
}

/** What is there or can be upgraded first, then what is new, then anything but the newest version. */
function inOrder(choices: readonly Candidate[]): Candidate[] {
  const rank = (each: Candidate): number => {
    if (each.slot.candidates[0] !== each) return each.isInstalled ? 0 : 2;
    return each.slot.installed ? 0 : 1;
  };
  return choices.toSorted((a, b) => rank(a) - rank(b));
}
