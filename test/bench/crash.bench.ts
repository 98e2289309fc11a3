import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { CrashLives } from '../e2e/harness/crashes/crash-lives.ts';
import { DiskExaminer } from '../e2e/harness/crashes/disk-examiner.ts';
import { withPage } from './harness.ts';

const LIVES = 200;
/** Lives of one machine. Its disk fills with each. */
const LIVES_OF_ONE = 20;

/** Kills the page's process at random moments while the guest writes and syncs, and looks at what is left of the disk. */
export const benchmark: Benchmark = {
  name: 'crash',
  summary: `files that ${LIVES} deaths of the page's process cost, of those synced 50 ms before; target 0`,
  run: async () => {
    await ensureBuild();
    const examiner = await DiskExaminer.open('base');
    try {
      return await withPage(BUILD_FOLDER, async (page, url) => {
        const lives = new CrashLives(page.context(), url, examiner);
        for (let life = 0; life < LIVES; life++) {
          await lives.live(life % LIVES_OF_ONE === 0 ? 'new' : 'same');
          const { acknowledged, lost, corrupt, unclean } = lives.tally;
          say(`${life + 1} lives: ${acknowledged} files synced, ${lost} lost, ${corrupt} corrupt, ${unclean} unclean`);
        }
        for (const detail of lives.tally.details) say(detail);
        const { lives: cycles, acknowledged, lost, corrupt, unclean } = lives.tally;
        const figures = { cycles, acknowledged, lost, corrupt, unclean };
        return { unit: 'files', value: lost + corrupt, baseline: null, ratio: null, runs: cycles, figures };
      });
    } finally {
      await examiner.close();
    }
  },
};
