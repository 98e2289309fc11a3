import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { renderers } from '../e2e/harness/crash.ts';
import { withPage } from './harness.ts';

const RUNS = 3;

/** Peak resident memory of the renderer, page and workers together, with `base` at a prompt. */
export const benchmark: Benchmark = {
  name: 'memory',
  summary: 'peak resident memory of the renderer with base at a prompt, from the snapshot; target < 500 MB',
  run: async () => {
    await ensureBuild();
    const peaks: number[] = [];
    for (let run = 0; run < RUNS; run++) peaks.push(await withPage(BUILD_FOLDER, peakWithMachine));
    return { unit: 'MB', value: median(peaks), baseline: null, ratio: null, runs: RUNS };
  },
};

async function peakWithMachine(page: Page, url: string): Promise<number> {
  await page.goto(url);
  await page.evaluate(async () => {
    const machine = await window.portolan.boot('base');
    await machine.ready;
    await machine.exec(['true']);
  });
  const peak = Math.max(...(await Promise.all((await renderers(page)).map(peakOf))));
  say(`peak ${peak.toFixed(0)} MB`);
  return peak;
}

/** VmHWM, "peak resident set size" (proc(5)), in MB. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1000;
}
