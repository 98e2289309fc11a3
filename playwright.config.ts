import { defineConfig } from '@playwright/test';
import { IS_FULL } from './test/support/full.ts';

/** Looks at how long the page's tasks take: run by itself, with nothing beside it. */
const ALONE = '**/responsive-ui.spec.ts';
/**
 * For `npm run test:full` alone: they have servers under Node.js, which takes a machine half a minute and more to start, install
 * packages again and again, or boot cold several times.
 */
const SLOW = [
  '**/grow-disk*.spec.ts',
  '**/install-failures.spec.ts',
  '**/remove-packages.spec.ts',
  '**/runtimes-together.spec.ts',
  '**/web-ends.spec.ts',
  '**/web-server.spec.ts',
];
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
    { name: 'stories', testIgnore: [ALONE, ...SLOW] },
    { name: 'alone', testMatch: IS_FULL ? [ALONE, ...SLOW] : ALONE, workers: 1 },
  ],
  // Limits for what hangs, not measures of speed: CI machines are slow and shared.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // A second try for what a crowded machine upsets; the list names such tests “flaky”.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  use: { trace: 'off', video: 'off', screenshot: 'off' },
});
