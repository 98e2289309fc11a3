import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { SetupError } from '../setup/setup-error.ts';
import type { Benchmark } from './benchmark.ts';

const SUFFIX = '.bench.ts';
const FOLDER = 'test/bench';

const BenchmarkModule = v.object({
  benchmark: v.object({ name: v.string(), summary: v.string(), run: v.custom<Benchmark['run']>(isFunction) }),
});

/** All benchmarks, by name. */
export async function listBenchmarks(folder = FOLDER): Promise<readonly Benchmark[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(SUFFIX)).toSorted();
  return Promise.all(files.map((file) => load(folder, file)));
}

/**
 * The benchmark of this name.
 * @throws SetupError when there is none
 */
export async function findBenchmark(name: string, folder = FOLDER): Promise<Benchmark> {
  const all = await listBenchmarks(folder);
  const found = all.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  throw new SetupError(`There is no benchmark “${name}”. There are: ${all.map((each) => each.name).join(', ')}.`);
}

async function load(folder: string, file: string): Promise<Benchmark> {
  const loaded: unknown = await import(pathToFileURL(resolve(folder, file)).href);
  const { benchmark } = v.parse(BenchmarkModule, loaded);
  if (`${benchmark.name}${SUFFIX}` === file) return benchmark;
  throw new Error(`${file} names its benchmark “${benchmark.name}”: file and name have to agree`);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
