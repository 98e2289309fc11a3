import { defineConfig } from '@playwright/test';

/**
 * Run one at a time, with nothing beside them: what looks at how long the page's tasks take; and what waits for Chromium to
 * put one service worker in place of another, which it sometimes does only after minutes on a crowded machine.
 */
const ALONE = ['**/responsive-ui.spec.ts', '**/update-under-terminal.spec.ts'];

/** The browser and its profile are of test/e2e/harness/test.ts. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  globalSetup: './test/e2e/harness/builds.ts',
  // A machine takes a core and hundreds of megabytes. Two tests at a time: each waits, too, for servers that are slow on
  // purpose and for the browser.
  workers: 2,
  fullyParallel: true,
  projects: [
    { name: 'stories', testIgnore: ALONE },
    // Chromium sometimes leaves the newer service worker waiting for minutes, while nothing of the older one is open.
    { name: 'alone', testMatch: ALONE, workers: 1, retries: 5 },
  ],
  // Limits for what hangs, not measures of speed: CI machines are slow and shared.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // Further tries for what a crowded machine upsets; the list names such tests “flaky”.
  retries: 2,
  forbidOnly: true,
  reporter: 'list',
  use: { trace: 'off', video: 'off', screenshot: 'off' },
});
