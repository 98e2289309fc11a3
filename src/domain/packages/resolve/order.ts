import { circlesOf } from './circles.ts';
import type { Step } from './plan.ts';
import type { Group } from './reason.ts';
import type { Rules } from './rules.ts';
import type { Candidate } from './universe.ts';

/** How a machine changes. */
export interface Change {
  /** What is on it afterwards. */
  readonly after: readonly Candidate[];
  /** Installed packages that go, or make room for another version of themselves. */
  readonly leaving: readonly Candidate[];
  /** What is installed and stays, but has to be configured yet. */
  readonly unconfigured: readonly Candidate[];
}

/**
 * The order in which dpkg can do it: what is in the way goes first; all is unpacked, then configured after what it needs;
 * only what a Pre-Depends names is configured before (Policy 6.6, 7.2 to 7.4).
 */
export function orderSteps(change: Change, rules: Rules): Step[] {
  return new Ordering(change, rules).run();
}

class Ordering {
  readonly #change: Change;
  readonly #rules: Rules;
  readonly #after: ReadonlySet<Candidate>;
  readonly #steps: Step[] = [];
  readonly #unpacked = new Set<Candidate>();
  readonly #configured = new Set<Candidate>();
  /** Old versions that are gone. */
  readonly #left = new Set<Candidate>();
  readonly #unpacking = new Set<Candidate>();

  constructor(change: Change, rules: Rules) {
    this.#change = change;
    this.#rules = rules;
    this.#after = new Set(change.after);
    const waiting = new Set(change.unconfigured);
    for (const each of change.after) {
      if (!each.isInstalled) continue;
      this.#unpacked.add(each);
      if (!waiting.has(each)) this.#configured.add(each);
    }
  }

  run(): Step[] {
    const { after, unconfigured } = this.#change;
    const arriving = after.filter(({ isInstalled }) => !isInstalled);
    this.#removeLeaving();
    // Those that are needed come first, so that what is configured early finds its needs unpacked.
    const all = [...arriving, ...unconfigured];
    for (const each of this.#circles(all).flat()) this.#unpack(each);
    this.#configure(all);
    return this.#steps;
  }

  /** What nothing takes the place of; those that need others go before them. */
  #removeLeaving(): void {
    const leaving = this.#change.leaving.filter(({ slot }) => !slot.candidates.some((each) => this.#after.has(each)));
    const known = new Set(leaving);
    const circles = circlesOf(leaving, (each) => this.#needs(each).filter((need) => known.has(need)));
    for (const each of circles.flat().reverse()) this.#remove(each);
  }

  #remove(candidate: Candidate): void {
    this.#left.add(candidate);
    this.#steps.push({ action: 'remove', package: candidate.slot.label });
  }

  #unpack(candidate: Candidate): void {
    if (this.#unpacked.has(candidate) || this.#unpacking.has(candidate)) return;
    this.#unpacking.add(candidate);
    this.#makeRoom(candidate);
    this.#configure(this.#chosen(candidate, 'Pre-Depends', (group) => !this.#isMetNow(group)));
    this.#unpacking.delete(candidate);
    this.#unpacked.add(candidate);
    const old = candidate.slot.installed;
    if (old) this.#left.add(old);
    this.#steps.push({ action: 'unpack', package: candidate.slot.label });
  }

  /** An old version that cannot be beside the new package is replaced before it, or, in a circle, taken away for a moment. */
  #makeRoom(candidate: Candidate): void {
    for (const old of this.#change.leaving) {
      if (this.#left.has(old) || old.slot === candidate.slot) continue;
      const kind = this.#clash(candidate, old);
      const next = old.slot.candidates.find((each) => this.#after.has(each));
      if (kind === undefined || !next) continue;
      this.#unpack(next);
      // dpkg itself deconfigures what is broken for a while; a conflict it refuses.
      if (kind === 'Conflicts' && !this.#left.has(old) && !old.entry.isEssential) this.#remove(old);
    }
  }

  #clash(candidate: Candidate, old: Candidate): 'Conflicts' | 'Breaks' | undefined {
    const isBetween = (field: 'Conflicts' | 'Breaks'): boolean =>
      this.#isAgainst(candidate, old, field) || this.#isAgainst(old, candidate, field);
    if (isBetween('Conflicts')) return 'Conflicts';
    return isBetween('Breaks') ? 'Breaks' : undefined;
  }

  #isAgainst(one: Candidate, other: Candidate, field: 'Conflicts' | 'Breaks'): boolean {
    const { universe } = this.#rules;
    return one.entry
      .relations(field)
      .flat()
      .some((relation) => universe.hits(relation, one.slot, other));
  }

  /** Configures these, and before them what they need. */
  #configure(candidates: readonly Candidate[]): void {
    for (const circle of this.#circles(candidates)) {
      for (const each of circle) this.#unpack(each);
      const waiting = circle.filter((each) => this.#unpacked.has(each) && !this.#configured.has(each));
      for (const each of waiting) this.#configured.add(each);
      if (waiting.length > 0)
        this.#steps.push({ action: 'configure', packages: waiting.map(({ slot }) => slot.label) });
    }
  }

  /** Packages that have to be configured, in the order of their needs; those that need each other are together. */
  #circles(candidates: readonly Candidate[]): Candidate[][] {
    const open = candidates.filter((each) => !this.#configured.has(each));
    return circlesOf(open, (each) => this.#needs(each));
  }

  #needs(candidate: Candidate): Candidate[] {
    return [...this.#chosen(candidate, 'Pre-Depends'), ...this.#chosen(candidate, 'Depends')];
  }

  /** An old version that is still there will do for a Pre-Depends. */
  #isMetNow({ choices }: Group): boolean {
    const { unconfigured } = this.#change;
    const isThere = (each: Candidate): boolean => each.isInstalled && !unconfigured.includes(each);
    return choices.some((each) => this.#configured.has(each) || (isThere(each) && !this.#left.has(each)));
  }

  /** For each need the first package that is to be configured for it; none where one is already. */
  #chosen(candidate: Candidate, field: Group['field'], isOpen: (group: Group) => boolean = () => true): Candidate[] {
    const groups = this.#rules.groups(candidate).filter((group) => group.field === field && isOpen(group));
    return groups.flatMap(({ choices }) => {
      const there = choices.filter((each) => this.#after.has(each));
      if (there.length === 0) return choices.filter(({ isInstalled }) => isInstalled).slice(0, 1);
      if (there.some((each) => this.#configured.has(each)) || there.includes(candidate)) return [];
      return there.slice(0, 1);
    });
  }
}
