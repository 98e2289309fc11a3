import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { renderers } from '../e2e/harness/renderer.ts';
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
  const peak = await largest(page, 'VmHWM');
  const running = await largest(page, 'VmRSS');
  await page.evaluate(async () => window.portolan.machines()[0]?.suspend());
  // A worker's memory goes a moment after the worker.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const suspended = await largest(page, 'VmRSS');
  say(`peak ${peak.toFixed(0)} MB, running ${running.toFixed(0)} MB, suspended ${suspended.toFixed(0)} MB`);
  return peak;
}

/** Of the largest renderer, in MB: "peak resident set size" or "resident set size" (proc(5)). */
async function largest(page: Page, field: 'VmHWM' | 'VmRSS'): Promise<number> {
  const all = (await renderers(page)).map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) / 1000;
  });
  return Math.max(...(await Promise.all(all)));
}
