import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { httpParserPlugin } from './cli/bundle/http-parser-plugin.ts';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './cli/setup/chromium.ts';
import { browserCommands } from './test/support/browser-commands.ts';
import { IS_FULL } from './test/support/full.ts';

const browserTests = 'test/**/*.browser.test.{ts,tsx}';
/** Slow ones, or ones that need what `npm run images` makes. */
const elsewhere = [
  'test/architecture/**',
  'test/images/**',
  'test/e2e/**',
  'test/**/*.node.test.ts',
  'test/**/*.long.test.ts',
  browserTests,
];

/** Vitest leaves a core to itself, which is half of a CI machine. */
const maxWorkers = availableParallelism();

/** What vite.config.ts puts in. */
const define = { __BUILD_ID__: JSON.stringify('test'), __ORIGINS__: 'null' };

export default defineConfig({
  test: {
    projects: [
      // Property tests take their time on a busy machine: the limit is for what hangs.
      {
        define,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: elsewhere,
          testTimeout: 60_000,
          maxWorkers,
          // Modules once for each worker instead of once for each file: a third of the time. The full tests see that no file needs another.
          isolate: IS_FULL,
          // What a file puts in place of a global would stay for the files after it in its worker.
          unstubGlobals: true,
        },
      },
      // Programs that are started again and again, thousands of crashes: not before every commit.
      { define, test: { name: 'long', include: ['test/**/*.long.test.ts'], testTimeout: 300_000, maxWorkers } },
      {
        define,
        test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], testTimeout: 60_000, maxWorkers },
      },
      {
        define,
        plugins: [httpParserPlugin()],
        worker: { format: 'es', plugins: () => [httpParserPlugin()] },
        test: {
          name: 'browser',
          include: [browserTests],
          setupFiles: ['test/support/browser-setup.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: browserCommands,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: { executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] },
            }),
          },
        },
      },
      {
        define,
        test: { name: 'images', include: ['test/images/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
      },
      {
        define,
        test: {
          name: 'contract-node',
          include: ['test/contract/**/*.node.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each has machines of its own, and a machine takes a core and hundreds of megabytes.
          maxWorkers: 2,
        },
      },
      {
        define,
        test: {
          name: 'interop',
          include: ['test/interop/**/*.node.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
