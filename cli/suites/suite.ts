/** One line of the tests' summary, and how to get it. */
export interface Suite {
  readonly name: string;
  run(): Promise<SuiteResult>;
}

export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** What the tools said; shown when something failed. */
  readonly output: string;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}
