import { say } from '../process/say.ts';
import { SetupError } from '../setup/setup-error.ts';
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
  const outcome = result.passed + result.failed === 0 ? 'ready' : counts(result);
  say(`${mark} ${suite.name.padEnd(14)} ${outcome.padEnd(24)} ${seconds} s`);
  if (result.failed > 0) say(`\n${result.output.trim()}\n`);
  return result;
}

function crashed(error: unknown): SuiteResult {
  return { passed: 0, failed: 1, output: describe(error) };
}

/** What a person has to put right is told without a stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SetupError ? error.message : (error.stack ?? error.message);
}

/** The form in which a run's last line is read by machines. */
export function counts({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`;
}
