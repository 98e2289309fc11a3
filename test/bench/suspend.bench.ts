import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { keepOffline } from '../e2e/harness/machine.ts';
import { withPage } from './harness.ts';

const RUNS = 5;

/** Resuming `base` against its cold boot, and how long suspending it took; all of the container on the device. */
export const benchmark: Benchmark = {
  name: 'suspend',
  summary: 'suspend and resume of base, targets ≤ 1500 ms each; resume ÷ cold boot, target ≤ 0.3',
  run: async () => {
    await ensureBuild();
    const suspends: number[] = [];
    const result = await withPage(BUILD_FOLDER, async (page, url) => {
      await page.goto(url);
      await prepare(page);
      const resume = async (): Promise<number> => {
        const times = await suspendAndResume(page);
        say(
          `suspended in ${times.suspend.toFixed(0)} ms, ${times.megabytes.toFixed(1)} MB; resumed in ${times.resume.toFixed(0)} ms`,
        );
        suspends.push(times.suspend);
        return times.resume;
      };
      return compare(resume, () => bootCold(page), RUNS);
    });
    say(`suspend: median ${median(suspends).toFixed(0)} ms`);
    return { unit: 'ms', ...result };
  },
};

/** Leaves one machine, which has written something, running. */
async function prepare(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const machine = await window.portolan.boot('base');
    await machine.ready;
    await machine.exec(['sh', '-c', 'head -c 5000000 /dev/urandom > /root/cargo; sync']);
  });
  await keepOffline(page, 'base');
}

function suspendAndResume(page: Page): Promise<{ suspend: number; resume: number; megabytes: number }> {
  return page.evaluate(async () => {
    const machine = window.portolan.machines().find(({ state }) => state.name === 'running');
    if (!machine) throw new Error('no machine is running');
    await machine.exec(['sh', '-c', 'date >> /root/log']);
    const start = performance.now();
    await machine.suspend();
    const suspended = performance.now();
    const { state } = machine;
    await machine.resume();
    const megabytes = state.name === 'suspended' ? state.bytes / 1e6 : Number.NaN;
    return { suspend: suspended - start, resume: performance.now() - suspended, megabytes };
  });
}

/** Of a machine of its own, while the other one is suspended. */
async function bootCold(page: Page): Promise<number> {
  const milliseconds = await page.evaluate(async () => {
    const [other] = window.portolan.machines();
    await other?.suspend();
    const start = performance.now();
    const machine = await window.portolan.boot('base', { from: 'disk' });
    await machine.ready;
    const time = performance.now() - start;
    await machine.remove();
    await other?.resume();
    return time;
  });
  say(`cold boot: ${milliseconds.toFixed(0)} ms`);
  return milliseconds;
}
