import type { BenchResult } from './benchmark.ts';

/** One line of JSON for programs. */
export function toJsonLine(name: string, { unit, value, baseline, ratio, runs }: BenchResult): string {
  return JSON.stringify({ name, unit, value: round(value), baseline: round(baseline), ratio: round(ratio), runs });
}

/** One line for people. */
export function toText(name: string, { unit, value, baseline, ratio, runs }: BenchResult): string {
  const against =
    baseline === null || ratio === null ? '' : `, baseline ${round(baseline)} ${unit}, ratio ${round(ratio)}`;
  return `${name}: ${round(value)} ${unit}${against} (median of ${runs} runs)`;
}

/** Four significant digits: more than any of these measurements has. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
