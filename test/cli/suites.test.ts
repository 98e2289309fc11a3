import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { count as countPlaywright } from '../../cli/suites/playwright.ts';
import { counts, runSuites } from '../../cli/suites/run-suites.ts';
import { count as countVitest } from '../../cli/suites/vitest.ts';

const vitest = (numPassedTests: number, numFailedTests: number, broken = 0): string =>
  JSON.stringify({
    numPassedTests,
    numFailedTests,
    testResults: Array.from({ length: broken }, () => ({ status: 'failed', assertionResults: [] })),
  });

const playwright = (expected: number, unexpected: number, errors = 0): string =>
  JSON.stringify({ stats: { expected, unexpected, flaky: 0 }, errors: Array.from({ length: errors }, () => ({})) });

describe.each([
  ['Vitest', countVitest, vitest],
  ['Playwright', countPlaywright, playwright],
])('a report of %s', (_, count, report) => {
  it('is counted', () => {
    expect(count(report(3, 0), 0, '')).toMatchObject({ passed: 3, failed: 0 });
    expect(count(report(3, 2), 1, '')).toMatchObject({ passed: 3, failed: 2 });
  });

  it('with something broken outside of tests has failed', () => {
    expect(count(report(3, 0, 1), 1, '')).toMatchObject({ passed: 3, failed: 1 });
  });

  it('without any test has failed', () => {
    expect(count(report(0, 0), 0, '')).toMatchObject({ failed: 1 });
  });

  it('that is good while the tool is not has failed', () => {
    expect(count(report(3, 0), 1, '')).toMatchObject({ failed: 1 });
  });

  it('that is missing has failed', () => {
    expect(count(undefined, 1, 'why')).toEqual({ passed: 0, failed: 1, output: 'why' });
  });
});

describe('a run of suites', () => {
  const stderr = vi.spyOn(process.stderr, 'write');
  beforeEach(() => void stderr.mockReturnValue(true));
  afterEach(() => stderr.mockRestore());

  it('sums up, and goes on after a crash, which it shows', async () => {
    const totals = await runSuites([
      { name: 'one', run: async () => ({ passed: 2, failed: 0, output: '' }) },
      { name: 'two', run: () => Promise.reject(new Error('boom')) },
      { name: 'three', run: async () => ({ passed: 1, failed: 0, output: '' }) },
    ]);
    expect(counts(totals)).toBe('3 passed, 1 failed');
    expect(stderr.mock.calls.join('')).toContain('boom');
  });
});
