import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { say } from '../../cli/process/say.ts';
import { loadEngine } from '../../images/build/engine.ts';
import { startServer } from '../../cli/serve/server.ts';
import { buildPage } from './build-page.ts';
import { withPage } from './harness.ts';
import { startMachine } from './throughput/machine.ts';
import { measureWork } from './throughput/work.ts';

const RUNS = 5;

/** CPU-bound work of a guest: our scheduling and compiling against stock v86, in one worker of Chromium, beside Node. */
export const benchmark: Benchmark = {
  name: 'engine-throughput',
  summary: 'guest CPU work in a worker, stock v86’s time ÷ ours; target ≥ 1.2',
  run: async () => {
    const folder = await buildPage('throughput');
    await cp('build/catalog', join(folder, 'catalog'), { recursive: true });
    const { ours, stock } = await withPage(folder, async (page, url) => {
      page.on('console', (message) => say(message.text()));
      await page.goto(url);
      const measure = (scheduling: 'ours' | 'stock') => () => page.evaluate((name) => window.measure(name), scheduling);
      const result = await compare(measure('stock'), measure('ours'), RUNS);
      return { ours: result.baseline, stock: result };
    });
    await reportNode(folder);
    return { unit: 'ms', value: ours, baseline: stock.value, ratio: stock.ratio, runs: RUNS };
  },
};

/** The same work under v86 in Node, whose own yield costs least: what the browser is held against. */
async function reportNode(folder: string): Promise<void> {
  const server = await startServer({ root: folder, port: 0 });
  const catalog = `http://127.0.0.1:${server.port}/catalog/catalog.json`;
  for (const scheduling of ['stock', 'ours'] as const) {
    const session = await startMachine(await loadEngine('build/firmware', scheduling), catalog);
    await session.pause();
    await measureWork(session);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await measureWork(session));
    await session.stop();
    say(`in Node, ${scheduling}: ${median(times).toFixed(0)} ms`);
  }
  await server.close();
}
