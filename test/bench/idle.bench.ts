import { readFile } from 'node:fs/promises';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { renderers } from '../e2e/harness/renderer.ts';
import { withPage } from './harness.ts';

const RUNS = 5;
const SECONDS = 10;
/** Clock ticks a second in /proc (proc(5), sysconf(_SC_CLK_TCK)): 100 on every Linux that runs Chromium. */
const TICKS = 100;

/** Share of a core that a machine costs which waits at its prompt, with all threads of its renderer. */
export const benchmark: Benchmark = {
  name: 'idle',
  summary: 'processor time of a machine at its prompt, in % of a core; target < 3 %',
  run: async () => {
    await ensureBuild();
    const shares = await withPage(BUILD_FOLDER, async (page, url) => {
      await page.goto(url);
      await page.evaluate(async () => (await window.portolan.boot('base')).ready);
      // The browser goes on optimising for a while what the boot has run.
      await page.waitForTimeout(60_000);
      const processes = await renderers(page);
      const seen: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const before = await ticksOf(processes);
        await page.waitForTimeout(SECONDS * 1000);
        seen.push((((await ticksOf(processes)) - before) / TICKS / SECONDS) * 100);
        say(`${seen.at(-1)?.toFixed(1)} %`);
      }
      return seen;
    });
    return { unit: '%', value: median(shares), baseline: null, ratio: null, runs: RUNS };
  },
};

/** User and system time of processes, in ticks. */
async function ticksOf(processes: readonly number[]): Promise<number> {
  const stats = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  return stats.reduce((sum, stat) => {
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
