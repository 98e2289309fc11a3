import { mkdir, readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';
import { runNode } from '../process/run.ts';
import type { Suite, SuiteResult } from './suite.ts';

const Report = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number() }),
  errors: v.array(v.unknown()),
});

/** A project of playwright.config.ts as a suite. */
export function playwrightSuite(name: string, project: string, env: Readonly<Record<string, string>> = {}): Suite {
  return { name, run: () => runTests(project, env) };
}

async function runTests(project: string, env: Readonly<Record<string, string>>): Promise<SuiteResult> {
  const report = `build/test-results/playwright-${project}.json`;
  await mkdir('build/test-results', { recursive: true });
  await rm(report, { force: true });
  const args = ['test', `--project=${project}`, '--reporter=list,json'];
  const { status, output } = await runNode(['node_modules/@playwright/test/cli.js', ...args], {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  return count(await readFile(report, 'utf8').catch(() => undefined), status, output);
}

/** Reads a report of Playwright. Errors outside tests count as failed; so does a run without any test. */
export function count(report: string | undefined, status: number, output: string): SuiteResult {
  if (report === undefined) return { passed: 0, failed: 1, output };
  const { stats, errors } = v.parse(Report, JSON.parse(report));
  const passed = stats.expected + stats.flaky;
  const failed = stats.unexpected + errors.length;
  const silent = failed === 0 && (status !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed, output };
}
