import { randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare } from '../../cli/bench/statistics.ts';
import { buildPage } from './build-page.ts';
import { withPage } from './harness.ts';

const RUNS = 11;
const BYTES = 64 * 1024 * 1024;

/** SHA-256 of chunks of 128 KiB, compared with what was announced, against fetching the same bytes from our server. */
export const benchmark: Benchmark = {
  name: 'hash',
  summary: 'verification of 128 KiB chunks in Chromium, against a plain fetch of the same 64 MiB; target ≥ 500 MB/s',
  run: async () => {
    const folder = await buildPage('verification');
    await writeFile(join(folder, 'content.bin'), randomFillSync(new Uint8Array(BYTES)));
    const result = await withPage(folder, async (page, url) => {
      await page.goto(url);
      await page.waitForFunction(() => 'speeds' in window);
      const verify = (): Promise<number> => page.evaluate(() => window.speeds.verify());
      const plainFetch = (): Promise<number> => page.evaluate(() => window.speeds.plainFetch());
      await verify();
      return compare(verify, plainFetch, RUNS);
    });
    return { unit: 'MB/s', ...result };
  },
};
