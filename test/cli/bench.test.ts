import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBenchmark, listBenchmarks } from '../../cli/bench/registry.ts';
import { toJsonLine, toText } from '../../cli/bench/report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
  await writeFile(join(folder, 'boot.bench.ts'), source('boot'));
});
afterEach(() => rm(folder, { recursive: true }));

const source = (name: string): string =>
  `export const benchmark = { name: '${name}', summary: 'how fast', run: async () => ({ unit: 'ms', value: 1, baseline: null, ratio: null, runs: 1 }) };`;

describe('benchmarks', () => {
  it('are found by their file', async () => {
    expect((await listBenchmarks(folder)).map(({ name }) => name)).toEqual(['boot']);
    expect((await (await findBenchmark('boot', folder)).run()).unit).toBe('ms');
  });

  it('that do not exist are answered with those that do', async () => {
    await expect(findBenchmark('bot', folder)).rejects.toThrow('There are: boot');
  });

  it('bear the name of their file', async () => {
    await writeFile(join(folder, 'memory.bench.ts'), source('memry'));
    await expect(listBenchmarks(folder)).rejects.toThrow('memory.bench.ts');
  });

  it('are reported in one line of JSON', () => {
    const result = { unit: 'ms', value: 1234.5678, baseline: 2000, ratio: 0.61728, runs: 5 };
    expect(toJsonLine('boot', result)).toBe(
      '{"name":"boot","unit":"ms","value":1235,"baseline":2000,"ratio":0.6173,"runs":5}',
    );
    expect(toText('boot', result)).toBe('boot: 1235 ms, baseline 2000 ms, ratio 0.6173 (median of 5 runs)');
  });

  it('may have counted more', () => {
    const result = { unit: 'files', value: 0, baseline: null, ratio: null, runs: 20, figures: { lost: 0, synced: 99 } };
    expect(toJsonLine('crash', result)).toBe(
      '{"name":"crash","unit":"files","value":0,"baseline":null,"ratio":null,"runs":20,"lost":0,"synced":99}',
    );
    expect(toText('crash', result)).toBe('crash: 0 files (median of 20 runs); 0 lost; 99 synced');
  });
});
