import { defineConfig } from '@playwright/test';

/** The browser and its profile are of test/e2e/harness/test.ts. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // A machine takes a core and hundreds of megabytes: one test at a time.
  workers: 1,
  // Limits for what hangs, not measures of speed: CI machines are slow and shared.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // A second try for what a crowded machine upsets; the list names such tests “flaky”.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  use: { trace: 'off', video: 'off', screenshot: 'off' },
});
