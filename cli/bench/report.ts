import type { BenchResult } from './benchmark.ts';

/** One line of JSON for programs. */
export function toJsonLine(name: string, { unit, value, baseline, ratio, runs, figures }: BenchResult): string {
  const result = { unit, value: round(value), baseline: round(baseline), ratio: round(ratio), runs, ...figures };
  return JSON.stringify({ name, ...result });
}

/** One line for people. */
export function toText(name: string, { unit, value, baseline, ratio, runs, figures = {} }: BenchResult): string {
  const against =
    baseline === null || ratio === null ? '' : `, baseline ${round(baseline)} ${unit}, ratio ${round(ratio)}`;
  const others = Object.entries(figures).map(([what, count]) => `; ${count} ${what}`);
  return `${name}: ${round(value)} ${unit}${against} (median of ${runs} runs)${others.join('')}`;
}

/** Four significant digits: more than any of these measurements has. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
