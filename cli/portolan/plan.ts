import { parseIndex, parseStatus, resolve, type Plan, type PlannedPackage, type Step } from '#domain/packages/index.ts';
import type { Command } from './command.ts';
import { count, megabytes } from './format.ts';
import { parseOptions } from './options.ts';
import { readPackageList } from './package-list.ts';
import { UsageError } from './usage-error.ts';

const HELP = `
Usage: portolan plan --index FILE… [--status FILE] [--remove NAME…] [--recommends] [--json] NAME…

Says how a machine gets packages of Debian and all they need: what is downloaded, unpacked and configured, in which order.
Nothing is changed. Where there is no way, it says why; the exit status is 1 then.

NAME: a package, as NAME:ARCHITECTURE for another architecture than the machine's, as NAME=VERSION for a certain version.

  -i, --index        a Packages file of an archive, plain or compressed (.gz, .xz); several times for several
  -s, --status       the machine's /var/lib/dpkg/status; without, a machine that has nothing
      --remove       an installed package that goes; several times for several
      --recommends   takes along what packages recommend
      --json         the result as JSON

  portolan plan --index Packages.gz --status status nginx-light
  portolan plan --index main/Packages --index updates/Packages --status status --json nodejs=18.20.4+dfsg-1~deb12u2
`;

export const plan: Command = {
  summary: 'says how a machine gets packages of Debian, or why it cannot',
  help: HELP,
  run: async (args) => {
    const { values, positionals: wanted } = parseOptions(args, {
      index: { type: 'string', short: 'i', multiple: true },
      status: { type: 'string', short: 's' },
      remove: { type: 'string', multiple: true },
      recommends: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const { index: lists = [], remove = [], recommends = false } = values;
    if (lists.length === 0) throw new UsageError('--index is missing.');
    if (wanted.length + remove.length === 0) throw new UsageError('NAME is missing.');
    const index = parseIndex(...(await Promise.all(lists.map(readPackageList))));
    const status = parseStatus(values.status === undefined ? new Uint8Array() : await readPackageList(values.status));
    const result = resolve({ index, status, wanted, remove, recommends });
    if (values.json === true) console.log(JSON.stringify(result, null, 2));
    else console.log(result.kind === 'plan' ? planText(result) : result.text);
    return result.kind === 'plan' ? 0 : 1;
  },
};

function planText({ packages, removed, steps, downloadBytes, installedBytes }: Plan): string {
  if (steps.length === 0) return 'There is nothing to do: the machine has all of it.';
  const comes = `${count(packages.length, 'package')}, ${megabytes(downloadBytes)} to download, ${onDisk(installedBytes)}`;
  const width = Math.max(0, ...packages.map(({ name }) => name.length));
  const goes = removed.map(({ name, version }) => `  ${name} ${version} is removed`);
  const order = ['', 'In this order:', ...grouped(steps).map((line) => `  ${line}`)];
  return [`${comes}:`, ...packages.map((each) => packageText(each, width)), ...goes, ...order].join('\n');
}

function packageText({ name, version, replaces, file }: PlannedPackage, width: number): string {
  const instead = replaces === undefined ? '' : ` instead of ${replaces}`;
  return `  ${name.padEnd(width)}  ${version}${instead}, ${megabytes(file.bytes)}`;
}

function onDisk(bytes: number): string {
  return bytes < 0 ? `${megabytes(-bytes)} freed on disk` : `${megabytes(bytes)} more on disk`;
}

/** Steps as lines; those that follow each other and do the same share one. */
function grouped(steps: readonly Step[]): string[] {
  const lines: { readonly action: string; readonly names: string[] }[] = [];
  for (const step of steps) {
    const names = step.action === 'configure' ? step.packages : [step.package];
    const last = lines.at(-1);
    if (last?.action === step.action) last.names.push(...names);
    else lines.push({ action: step.action, names: [...names] });
  }
  return lines.map(({ action, names }) => `${action} ${names.join(' ')}`);
}
