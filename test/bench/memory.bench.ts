import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { renderers } from '../e2e/harness/renderer.ts';
import { withPage } from './harness.ts';

const RUNS = 3;
const SETTLE_MS = 3000;

/** Peak resident memory of the renderer, page and workers together, with `base` at a prompt. */
export const benchmark: Benchmark = {
  name: 'memory',
  summary: 'peak resident memory of the renderer with base at a prompt, from the snapshot; target < 500 MB',
  run: async () => {
    await ensureBuild();
    const all: Sizes[] = [];
    for (let run = 0; run < RUNS; run++) all.push(await withPage(BUILD_FOLDER, sizesWithMachine));
    const middle = (name: keyof Sizes): number => median(all.map((sizes) => sizes[name]));
    const figures = { before: middle('before'), running: middle('running'), suspended: middle('suspended') };
    return { unit: 'MB', value: middle('peak'), baseline: null, ratio: null, runs: RUNS, figures };
  },
};

/** In MB. */
interface Sizes {
  /** With the shelf shown, and no machine yet. */
  readonly before: number;
  readonly running: number;
  readonly peak: number;
  readonly suspended: number;
}

async function sizesWithMachine(page: Page, url: string): Promise<Sizes> {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Debian base' }).waitFor();
  const before = await settled(page);
  await page.evaluate(async () => {
    const machine = await window.portolan.boot('base');
    await machine.ready;
    await machine.exec(['true']);
  });
  const peak = await largest(page, 'VmHWM');
  const running = await largest(page, 'VmRSS');
  await page.evaluate(async () => window.portolan.machines()[0]?.suspend());
  const suspended = await settled(page);
  const sizes = { before, running, peak, suspended };
  say(
    Object.entries(sizes)
      .map(([name, size]) => `${name} ${size.toFixed(0)} MB`)
      .join(', '),
  );
  return sizes;
}

/** What is held once what nobody needs is gone: a worker's memory goes a moment after the worker. */
async function settled(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  return largest(page, 'VmRSS');
}

/** Of the largest renderer, in MB: "peak resident set size" or "resident set size" (proc(5)). */
async function largest(page: Page, field: 'VmHWM' | 'VmRSS'): Promise<number> {
  const all = (await renderers(page)).map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) / 1000;
  });
  return Math.max(...(await Promise.all(all)));
}
