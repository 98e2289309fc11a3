/** A variable, or with a minus its negation. Variables count from 1. */
export type Literal = number;

/** At least one of its literals has to hold. */
export interface Clause<Origin> {
  /** In the order of the two watched ones first. */
  readonly literals: Literal[];
  /** What a given clause stands for; undefined for a learned one. */
  readonly origin: Origin | undefined;
  /** The clauses that a learned one follows from. */
  readonly from: readonly Clause<Origin>[];
}

/**
 * Finds values of boolean variables that fulfil clauses: unit propagation, learning from conflicts, jumping back
 * (conflict-driven clause learning, as in MiniSat, without its heuristics and restarts: who uses it decides).
 * Clauses may be added at any time, also while it propagates, when a variable becomes true.
 */
export class Solver<Origin> {
  /** By variable: 1 true, -1 false, 0 open. */
  readonly #values: number[] = [0];
  readonly #levels: number[] = [0];
  readonly #reasons: (Clause<Origin> | undefined)[] = [undefined];
  /** Clauses that watch a literal, by the literal that becomes false. */
  readonly #watches = new Map<Literal, Clause<Origin>[]>();
  readonly #trail: Literal[] = [];
  readonly #levelStarts: number[] = [];
  readonly #onTrue: (variable: number) => void;
  #propagated = 0;
  #conflict: Clause<Origin> | undefined;

  /** @param onTrue is told of each variable that becomes true, and may add clauses */
  constructor(onTrue: (variable: number) => void = () => undefined) {
    this.#onTrue = onTrue;
  }

  newVariable(): number {
    this.#levels.push(0);
    this.#reasons.push(undefined);
    return this.#values.push(0) - 1;
  }

  /** 1 when it holds, -1 when it does not, 0 when that is open. */
  value(literal: Literal): number {
    const value = this.#values[Math.abs(literal)] ?? 0;
    return literal > 0 ? value : -value;
  }

  /** What holds so far, in the order in which it came to. */
  get trail(): readonly Literal[] {
    return this.#trail;
  }

  /** Adds a clause. One that rests on what was decided has to have the latest decision or its consequences in it. */
  add(literals: readonly Literal[], origin: Origin): void {
    this.#attach({ literals: this.#bestFirst(literals), origin, from: [] });
  }

  /** True ones first, then open ones, then those that became false last. */
  #bestFirst(literals: readonly Literal[]): Literal[] {
    const rank = (literal: Literal): number =>
      this.value(literal) >= 0 ? Number.POSITIVE_INFINITY : (this.#levels[Math.abs(literal)] ?? 0);
    return [...new Set(literals)].toSorted(
      (a, b) => this.value(b) - this.value(a) || (rank(a) === rank(b) ? 0 : rank(b) - rank(a)),
    );
  }

  #attach(clause: Clause<Origin>): void {
    const [first, second] = clause.literals;
    if (first !== undefined) this.#watch(first, clause);
    if (second !== undefined) this.#watch(second, clause);
    if (first === undefined || this.value(first) < 0) this.#conflict ??= clause;
    else if (this.value(first) === 0 && (second === undefined || this.value(second) < 0)) this.#assign(first, clause);
  }

  #watch(literal: Literal, clause: Clause<Origin>): void {
    const list = this.#watches.get(-literal);
    if (list) list.push(clause);
    else this.#watches.set(-literal, [clause]);
  }

  #assign(literal: Literal, reason: Clause<Origin> | undefined): void {
    const variable = Math.abs(literal);
    this.#values[variable] = Math.sign(literal);
    this.#levels[variable] = this.#levelStarts.length;
    this.#reasons[variable] = reason;
    this.#trail.push(literal);
  }

  /** Tries a literal that is open. */
  decide(literal: Literal): void {
    this.#levelStarts.push(this.#trail.length);
    this.#assign(literal, undefined);
  }

  /**
   * Draws all conclusions; where they contradict each other, learns why and goes back as far as it has to.
   * @returns whether it went back; undefined when there is no solution, see core
   */
  settle(): boolean | undefined {
    let wentBack = false;
    for (let conflict = this.#propagate(); conflict; conflict = this.#propagate()) {
      if (this.#levelStarts.length === 0) {
        this.#conflict = conflict;
        return undefined;
      }
      this.#learn(conflict);
      wentBack = true;
    }
    return wentBack;
  }

  #propagate(): Clause<Origin> | undefined {
    while (this.#conflict === undefined) {
      const literal = this.#trail[this.#propagated++];
      if (literal === undefined) {
        this.#propagated = this.#trail.length;
        return undefined;
      }
      this.#visitWatches(literal);
      if (literal > 0 && this.#conflict === undefined) this.#onTrue(literal);
    }
    const conflict = this.#conflict;
    this.#conflict = undefined;
    return conflict;
  }

  #visitWatches(literal: Literal): void {
    const clauses = this.#watches.get(literal) ?? [];
    let kept = 0;
    for (const clause of clauses) {
      if (this.#conflict !== undefined || !this.#moveWatch(clause, -literal)) clauses[kept++] = clause;
    }
    clauses.length = kept;
  }

  /** @returns whether another literal than the one that became false is watched now */
  #moveWatch(clause: Clause<Origin>, falseLiteral: Literal): boolean {
    const { literals } = clause;
    if (literals[0] === falseLiteral) swap(literals, 0, 1);
    const first = literals[0] ?? falseLiteral;
    if (this.value(first) > 0) return false;
    const other = literals.findIndex((each, at) => at > 1 && this.value(each) >= 0);
    if (other !== -1) {
      swap(literals, 1, other);
      this.#watch(literals[1] ?? 0, clause);
      return true;
    }
    if (this.value(first) < 0) this.#conflict = clause;
    else this.#assign(first, clause);
    return false;
  }

  /** Resolves a conflict with what led to it, up to the one literal of this level that all of it follows from. */
  #learn(conflict: Clause<Origin>): void {
    const level = this.#levelStarts.length;
    const seen = new Set<number>();
    const earlier: Literal[] = [];
    const from = [conflict];
    let open = 0;
    const take = (literals: readonly Literal[]): void => {
      for (const literal of literals) {
        const variable = Math.abs(literal);
        if (seen.has(variable) || this.value(literal) >= 0) continue;
        seen.add(variable);
        if (this.#levels[variable] === level) open++;
        else earlier.push(literal);
      }
    };
    take(conflict.literals);
    let at = this.#trail.length;
    let literal = 0;
    while (open > 0) {
      literal = this.#trail[--at] ?? 0;
      if (!seen.has(Math.abs(literal))) continue;
      open--;
      const reason = this.#reasons[Math.abs(literal)];
      if (open === 0 || !reason) break;
      from.push(reason);
      take(reason.literals);
    }
    this.#goBack(Math.max(0, ...earlier.map((each) => this.#levels[Math.abs(each)] ?? 0)));
    this.#attach({ literals: this.#bestFirst([-literal, ...earlier]), origin: undefined, from });
  }

  #goBack(level: number): void {
    const start = this.#levelStarts[level] ?? this.#trail.length;
    for (const literal of this.#trail.splice(start)) {
      this.#values[Math.abs(literal)] = 0;
      this.#reasons[Math.abs(literal)] = undefined;
    }
    this.#levelStarts.length = level;
    this.#propagated = Math.min(this.#propagated, start);
  }

  /** After settle has found no solution: the given clauses that contradict each other. */
  core(): Clause<Origin>[] {
    const seen = new Set<Clause<Origin>>();
    const open = this.#conflict ? [this.#conflict] : [];
    for (let clause = open.pop(); clause; clause = open.pop()) {
      if (seen.has(clause)) continue;
      seen.add(clause);
      open.push(...clause.from);
      // What holds without any decision has its reason there still; what was learned leaves it out.
      for (const literal of clause.literals) {
        const reason = this.#reasons[Math.abs(literal)];
        if (reason && this.#levels[Math.abs(literal)] === 0) open.push(reason);
      }
    }
    return [...seen].filter(({ origin }) => origin !== undefined);
  }
}

function swap(literals: Literal[], a: number, b: number): void {
  const [left, right] = [literals[a], literals[b]];
  if (left === undefined || right === undefined) return;
  literals[a] = right;
  literals[b] = left;
}
