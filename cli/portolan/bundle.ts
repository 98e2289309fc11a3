import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseJson, type RuntimeDescription } from '#domain/container/index.ts';
import { PackageRequestSchema, type PackageRequest } from '#domain/packages/install/index.ts';
import { parseIndex, parseStatus, resolve, type Plan, type PlannedPackage } from '#domain/packages/index.ts';
import { sha256 } from '#storage/index.ts';
import { fetchBytes } from '#storage/remote/fetch-bytes.ts';
import { idFrom, isUrl, PublishError } from '../../publishing/index.ts';
import { say } from '../process/say.ts';
import type { Command } from './command.ts';
import { count, megabytes } from './format.ts';
import { parseOptions, positionals, required } from './options.ts';
import { readPackageList } from './package-list.ts';
import { ARCHIVE_KEYRING, expectNamed, readRelease } from './release-file.ts';
import { UsageError } from './usage-error.ts';

const HELP = `
Usage: portolan bundle REQUEST --release FILE… --index FILE… --archive URL|DIR -o DIR

Fetches what a machine without a network has asked for: REQUEST is the file that “Install packages…” of its menu has saved.
Its packages, and what they need beyond what that machine has, are written into a new folder: drop it in the same place,
or publish it as a runtime with portolan pack.

  -r, --release   an archive's InRelease, or its Release with Release.gpg beside it; several times for several. gpgv checks the
                  signature; where gpgv or the keys are missing, this says so and goes on
  -k, --keyring   the keys; by default Debian's, ${ARCHIVE_KEYRING}
  -i, --index     a Packages file, as the archive has it, plain or compressed (.gz, .xz); several times for several. Its SHA-256
                  has to be in a release, and that of each package in it
  -a, --archive   where the index’s paths begin: an archive’s URL, or a folder
  -o, --output    the folder, which is made, or is empty

  portolan bundle base-1a2b.portolan-request --release InRelease --index Packages.xz --archive http://archive.example/debian -o for-base
`;

export const bundle: Command = {
  summary: 'fetches the packages that a machine without a network has asked for',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, {
      release: { type: 'string', short: 'r', multiple: true },
      keyring: { type: 'string', short: 'k', default: ARCHIVE_KEYRING },
      index: { type: 'string', short: 'i', multiple: true },
      archive: { type: 'string', short: 'a' },
      output: { type: 'string', short: 'o' },
    });
    const [path = ''] = positionals(given, 'REQUEST');
    const { index: lists = [], release: releases = [], keyring } = values;
    if (releases.length === 0) throw new UsageError('--release is missing.');
    if (lists.length === 0) throw new UsageError('--index is missing.');
    const [archive, dir] = [required(values.archive, '--archive'), required(values.output, '--output')];
    const request = parseJson(PackageRequestSchema, await readFile(path, 'utf8'), path);
    const trusted = await checkLists(lists, releases, keyring);
    const plan = await planFor(request, lists);
    if (typeof plan === 'string') {
      console.log(plan);
      return 1;
    }
    await writeFolder(dir, (folder) => fetchAll(folder, archive, request, plan));
    console.log(`${dir}: ${count(plan.packages.length, 'package')}, ${megabytes(plan.downloadBytes)}`);
    for (const line of trusted) console.log(line);
    return 0;
  },
};

/** @returns what was checked, and what was not. @throws PublishError */
async function checkLists(lists: readonly string[], paths: readonly string[], keyring: string): Promise<string[]> {
  const releases = await Promise.all(paths.map((path) => readRelease(path, keyring)));
  for (const list of lists) await expectNamed(list, releases);
  const signed = releases.map(({ path, doubt }) =>
    doubt === undefined
      ? `${path} is signed with a key of ${keyring}.`
      : `${path} is trusted as it is, its signature was not checked: ${doubt}.`,
  );
  return [...signed, 'The indexes are those of the releases, the packages those of the indexes (SHA-256).'];
}

/** A string says why there is none. */
async function planFor(request: PackageRequest, lists: readonly string[]): Promise<Plan | string> {
  const index = parseIndex(...(await Promise.all(lists.map(readPackageList))));
  const status = parseStatus(new TextEncoder().encode(request.status));
  const result = resolve({ index, status, wanted: request.wanted });
  if (result.kind !== 'plan') return result.text;
  return result.packages.length === 0 ? 'The machine has all of it already.' : result;
}

/** Fills a folder, or leaves none: what is begun lies beside it under another name. */
async function writeFolder(dir: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const found = await readdir(dir).catch(() => []);
  if (found.length > 0) throw new PublishError(`${dir} is not empty.`);
  await mkdir(dirname(dir), { recursive: true });
  const part = await mkdtemp(`${dir}.part-`);
  try {
    await fill(part);
    await rm(dir, { recursive: true, force: true });
    await rename(part, dir);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function fetchAll(folder: string, archive: string, request: PackageRequest, plan: Plan): Promise<void> {
  for (const each of plan.packages) {
    say(`${each.name} ${each.version}, ${megabytes(each.file.bytes)}`);
    await writeFile(join(folder, basename(pathOf(each))), await fetchPackage(archive, each));
  }
  await writeFile(join(folder, 'runtime.json'), `${JSON.stringify(descriptionOf(request, plan), null, 2)}\n`);
}

/** @throws PublishError when it is not the package of the index */
async function fetchPackage(archive: string, each: PlannedPackage): Promise<Uint8Array> {
  const path = pathOf(each);
  const bytes = isUrl(archive)
    ? await fetchBytes(new URL(path, `${archive.replace(/\/$/, '')}/`).href, each.file.bytes)
    : Uint8Array.from(await readFile(join(archive, path)));
  if ((await sha256(bytes)) === `sha256:${each.file.sha256}`) return bytes;
  throw new PublishError(`${path} in ${archive} is not the package of the index: its SHA-256 differs.`);
}

/** @throws PublishError */
function pathOf({ name, file }: PlannedPackage): string {
  const { path = '' } = file;
  if (path.endsWith('.deb') && !path.split('/').includes('..')) return path;
  throw new PublishError(`The index does not say where ${name} is.`);
}

function descriptionOf({ title, wanted }: PackageRequest, { packages }: Plan): RuntimeDescription {
  const names = packages.filter(({ isWanted }) => isWanted).map(({ name }) => name);
  return {
    id: idFrom(wanted.join('-')),
    title: wanted.join(', ').slice(0, 200),
    summary: `For ${title}.`,
    version: '1',
    tags: [],
    wanted: names.length > 0 ? names : packages.map(({ name }) => name),
    services: [],
  };
}
