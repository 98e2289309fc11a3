import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare } from '../../cli/bench/statistics.ts';
import { say } from '../../cli/process/say.ts';
import { buildPage } from './build-page.ts';
import { withPage } from './harness.ts';
import type { Measurement } from './overlay/measurement.ts';

const RUNS = 5;

/** What it costs a guest that its disk is kept: dd of 64 MB with conv=fsync, against a disk in memory. */
export const benchmark: Benchmark = {
  name: 'overlay',
  summary: 'guest dd of 64 MB, fsync, kept ÷ in memory, target ≥ 0.7; read back ≥ 50 MB/s; 10 MB 100 times ≤ 3 × live',
  run: async () => {
    const folder = await buildPage('overlay');
    await cp('build/catalog', join(folder, 'catalog'), { recursive: true });
    const result = await withPage(folder, async (page, url) => {
      await page.goto(url);
      // What is measured is not the first compilation.
      await measure(page, 'write kept');
      await measure(page, 'write in memory');
      const writes = await compare(
        () => measure(page, 'write kept'),
        () => measure(page, 'write in memory'),
        RUNS,
      );
      say(`10 MB written 100 times: the disk takes ${(await measure(page, 'space')).toFixed(2)} × its live data`);
      say(`read back after a restart: ${(await measure(page, 'read back')).toFixed(0)} MB/s`);
      return writes;
    });
    return { unit: 'MB/s', ...result };
  },
};

async function measure(page: Page, measurement: Measurement): Promise<number> {
  const value = await page.evaluate((name) => window.measureOverlay(name), measurement);
  say(`${measurement}: ${value.toFixed(1)}`);
  return value;
}
