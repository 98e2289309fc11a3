import { counts, runSuites } from './suites/run-suites.ts';
import { STATIC_STEPS } from './suites/step.ts';
import { vitestSuite } from './suites/vitest.ts';

/** `npm run check`: all that can be said in under a minute, without images and without a browser. */
export async function main(): Promise<number> {
  const totals = await runSuites([...STATIC_STEPS, vitestSuite('unit', ['unit', 'architecture'])]);
  process.stdout.write(`${counts(totals)}\n`);
  return totals.failed === 0 ? 0 : 1;
}
