import { MEDIA_TYPES } from '#domain/container/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { waitForControl } from '../e2e/harness/service-worker.ts';
import { VariantShelf, withoutLayer } from '../e2e/harness/variants.ts';
import { FaultServer } from '../support/fault-server.ts';
import { withFreshPage } from './harness.ts';

const RUNS = 3;
/** A slow line at home: 50 ms round trip, 20 Mbit/s. */
const LINK = { roundTrip: 50, bytesPerSecond: 2.5e6 };
const UNTRACED = 'untraced';

/** From the wish to a prompt, over a slow link, in a browser that has the app and nothing of the container. */
export const benchmark: Benchmark = {
  name: 'netboot',
  summary:
    'cold boot over 50 ms, 20 Mbit/s, with the trace; ratio: time without it ÷ time with it, target ≥ 2; the snapshot beside it',
  run: async () => {
    await ensureBuild();
    const shelf = await VariantShelf.of(BUILD_FOLDER);
    await shelf.add(UNTRACED, 'Without a trace', withoutLayer(MEDIA_TYPES.trace));
    const server = await FaultServer.open(shelf.root);
    try {
      const result = await compare(
        () => boot(server, UNTRACED, 'disk'),
        () => boot(server, 'base', 'disk'),
        RUNS,
      );
      await reportSnapshot(server);
      return { unit: 'ms', value: result.baseline, baseline: result.value, ratio: result.ratio, runs: RUNS };
    } finally {
      await server.close();
      await shelf.dispose();
    }
  },
};

async function reportSnapshot(server: FaultServer): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await boot(server, 'base', 'snapshot'));
  say(`from the snapshot over the same link: ${median(times).toFixed(0)} ms (median of ${RUNS} runs)`);
}

/** Milliseconds to the prompt. */
function boot(server: FaultServer, id: string, from: 'disk' | 'snapshot'): Promise<number> {
  return withFreshPage(async (page) => {
    await page.goto(server.homeUrl);
    await waitForControl(page);
    await page.waitForLoadState('networkidle');
    server.throttle(LINK);
    const before = server.sent();
    const milliseconds = await page.evaluate(
      async ([ref, start]) => {
        const clicked = performance.now();
        const machine = await window.portolan.boot(ref, { from: start, keepOffline: false });
        await machine.ready;
        return performance.now() - clicked;
      },
      [id, from] as const,
    );
    const fetched = (server.sent() - before) / 1e6;
    say(`${id} from its ${from}: ${milliseconds.toFixed(0)} ms, ${fetched.toFixed(1)} MB`);
    server.throttle(undefined);
    return milliseconds;
  });
}
