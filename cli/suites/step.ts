import { runNode } from '../process/run.ts';
import type { Suite } from './suite.ts';

/** A tool that says yes or no, counted as one test. */
function step(name: string, args: readonly string[]): Suite {
  return {
    name,
    run: async () => {
      const { status, output } = await runNode(args);
      return status === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
    },
  };
}

const bin = (path: string): string => `node_modules/${path}`;

/** What looks at the source text alone. */
export const STATIC_STEPS: readonly Suite[] = [
  step('types', [bin('typescript/bin/tsc'), '--build']),
  step('lint', [bin('oxlint/bin/oxlint')]),
  step('format', [bin('oxfmt/bin/oxfmt'), '--list-different']),
  step('unused', [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints']),
];
