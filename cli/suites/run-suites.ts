import { say } from '../process/say.ts';
import type { Suite, SuiteResult, Totals } from './suite.ts';

/** Runs suites one after the other, one line for each; what the tools said follows where something failed. */
export async function runSuites(suites: readonly Suite[]): Promise<Totals> {
  let [passed, failed] = [0, 0];
  for (const suite of suites) {
    const result = await runSuite(suite);
    passed += result.passed;
    failed += result.failed;
  }
  return { passed, failed };
}

async function runSuite(suite: Suite): Promise<SuiteResult> {
  const start = performance.now();
  const result = await suite.run().catch(crashed);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const mark = result.failed === 0 ? '✓' : '✗';
  say(`${mark} ${suite.name.padEnd(14)} ${counts(result).padEnd(24)} ${seconds} s`);
  if (result.failed > 0) say(`\n${result.output.trim()}\n`);
  return result;
}

function crashed(error: unknown): SuiteResult {
  return { passed: 0, failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The form in which a run's last line is read by machines. */
export function counts({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`;
}
