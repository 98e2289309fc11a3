/** What a file `test/bench/NAME.bench.ts` exports as `benchmark`. */
export interface Benchmark {
  readonly name: string;
  /** What is measured against what, and the target, in one line. */
  readonly summary: string;
  run(): Promise<BenchResult>;
}

export interface BenchResult {
  /** Of `value` and `baseline`: `ms`, `MB`, `MB/s` and so on. */
  readonly unit: string;
  /** The median of our runs. */
  readonly value: number;
  /** The median of what we compare with, from the same session; null where there is nothing to compare with. */
  readonly baseline: number | null;
  /** Ours in relation to the baseline, as the summary says (median of pairs); null without a baseline. */
  readonly ratio: number | null;
  /** How often each side ran. */
  readonly runs: number;
  /** What else was counted, by name. */
  readonly figures?: Readonly<Record<string, number>>;
}
