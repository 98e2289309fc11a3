import { ensureBuild } from './bundle/ensure-build.ts';
import { command } from './command.ts';
import { say } from './process/say.ts';
import { ensureChromium } from './setup/chromium.ts';
import { ensureImages } from './setup/images.ts';
import { ensureInteropPrograms } from './setup/interop.ts';
import { playwrightSuite } from './suites/playwright.ts';
import { counts, runSuites } from './suites/run-suites.ts';
import { STATIC_STEPS } from './suites/step.ts';
import type { Suite } from './suites/suite.ts';
import { vitestSuite } from './suites/vitest.ts';

/**
 * `npm test`: everything, from a fresh machine. The last line is `N passed, N failed`.
 *
 * Its time is limited to 25 minutes on two cores, from a fresh clone with the images' cache: some 2 for setting up and what
 * looks at the source text, 2 for unit and long, 5 for contract-node and interop, 1 for browser, 13 for the stories. What
 * repeats for long what is seen in little belongs to `npm run test:full` (test/support/full.ts, playwright.config.ts).
 */
export function main(args: readonly string[]): Promise<number> {
  return command(async () => {
    const totals = await runSuites(suites(args.includes('--full')));
    process.stdout.write(`${counts(totals)}\n`);
    return totals.failed === 0 ? 0 : 1;
  });
}

function suites(full: boolean): readonly Suite[] {
  const env = full ? { PORTOLAN_FULL: '1' } : {};
  return [
    setup('chromium', ensureChromium),
    ...STATIC_STEPS,
    vitestSuite('unit', ['unit', 'architecture'], env),
    vitestSuite('long', ['long'], env),
    setup('images', ensureImages),
    vitestSuite('images', ['images'], env),
    vitestSuite('contract-node', ['contract-node'], env),
    setup('interop setup', ensureInteropPrograms),
    vitestSuite('interop', ['interop'], env),
    vitestSuite('browser', ['browser'], env),
    setup('build', () => ensureBuild()),
    playwrightSuite('e2e', 'stories', env),
    playwrightSuite('e2e alone', 'alone', env),
  ];
}

/** What the suites after it need. It is no test: it counts only when it fails. */
function setup(name: string, ensure: () => Promise<void>): Suite {
  return {
    name,
    run: async () => {
      say(`… ${name}`);
      await ensure();
      return { passed: 0, failed: 0, output: '' };
    },
  };
}
