import { mkdir, readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';
import { runNode } from '../process/run.ts';
import type { Suite, SuiteResult } from './suite.ts';

const Report = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  testResults: v.array(v.object({ status: v.string(), assertionResults: v.array(v.unknown()) })),
});

/**
 * Projects of vitest.config.ts as one suite.
 * @param env added to the tests' environment
 */
export function vitestSuite(
  name: string,
  projects: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Suite {
  return { name, run: () => runProjects(name, projects, env) };
}

async function runProjects(
  name: string,
  projects: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SuiteResult> {
  const report = `build/test-results/vitest-${name}.json`;
  await mkdir('build/test-results', { recursive: true });
  await rm(report, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const { status, output } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters], { env });
  return count(await readFile(report, 'utf8').catch(() => undefined), status, output);
}

/** Reads a report of Vitest. A file that broke before its first test, or a run without any test, counts as one failed. */
export function count(report: string | undefined, status: number, output: string): SuiteResult {
  if (report === undefined) return { passed: 0, failed: 1, output };
  const { numPassedTests: passed, numFailedTests, testResults } = v.parse(Report, JSON.parse(report));
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + broken;
  const silent = failed === 0 && (status !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed, output };
}
