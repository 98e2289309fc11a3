import { parseArgs } from 'node:util';
import { findBenchmark, listBenchmarks } from './bench/registry.ts';
import { toJsonLine, toText } from './bench/report.ts';
import { ensureBuild } from './bundle/ensure-build.ts';
import { command } from './command.ts';
import { ensureChromium } from './setup/chromium.ts';
import { ensureImages } from './setup/images.ts';
import { SetupError } from './setup/setup-error.ts';

/** `npm run bench -- NAME [--json]` and `npm run bench -- --list`. */
export function main(args: readonly string[]): Promise<number> {
  return command(async () => {
    const { values, positionals } = parse(args);
    if (values.list === true) await list();
    else await measure(positionals[0], values.json === true);
    return 0;
  });
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { list: { type: 'boolean' }, json: { type: 'boolean' } },
  });
}

async function list(): Promise<void> {
  for (const { name, summary } of await listBenchmarks()) console.log(`${name.padEnd(20)} ${summary}`);
}

async function measure(name: string | undefined, json: boolean): Promise<void> {
  if (name === undefined) throw new SetupError('Usage: npm run bench -- NAME [--json], or --list for the names.');
  const benchmark = await findBenchmark(name);
  await ensureImages();
  await ensureBuild();
  await ensureChromium();
  const result = await benchmark.run();
  console.log(json ? toJsonLine(name, result) : toText(name, result));
}
