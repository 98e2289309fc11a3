import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { startServer } from '../../cli/serve/server.ts';
import { loadEngine } from '../../images/build/engine.ts';
import { startMachine } from './throughput/machine.ts';

const RUNS = 5;
/** Incompressible, so that the guest's own caches cannot fold it. */
const WRITE_50_MB = 'head -c 52428800 /dev/urandom > /root/written; sync; echo 3 > /proc/sys/vm/drop_caches';

/** Taking the whole state of a running machine of 256 MB whose guest has written 50 MB to its disk. */
export const benchmark: Benchmark = {
  name: 'save-state',
  summary: 'saving the state of a 256 MB guest with 50 MB written, in Node; target < 500 ms',
  run: async () => {
    const server = await startServer({ root: 'build', port: 0 });
    const engine = await loadEngine('build/firmware');
    const session = await startMachine(engine, `http://127.0.0.1:${server.port}/catalog/catalog.json`);
    await session.exec(['sh', '-c', WRITE_50_MB]);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await session.save();
      times.push(performance.now() - start);
    }
    await session.stop();
    await server.close();
    return { unit: 'ms', value: median(times), baseline: null, ratio: null, runs: RUNS };
  },
};
