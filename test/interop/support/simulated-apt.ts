import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { archiveChoices } from '../../../images/build/mirror.ts';
import { pinPackages } from '../../../images/build/packages.ts';
import { cacheDir } from '../../../images/build/paths.ts';
import { PrivateApt } from '../../../images/build/private-apt.ts';
import { buildRootfs } from '../../../images/build/rootfs.ts';
import { base } from '../../../images/recipes/index.ts';
import { program } from './program.ts';

/** What apt would do: `name version` of what comes, names of what goes. */
export interface Simulation {
  readonly failed: boolean;
  readonly installed: readonly string[];
  readonly removed: readonly string[];
  readonly output: string;
}

/** dpkg's status file of the base container. */
export async function baseStatus(): Promise<Uint8Array> {
  const rootfs = await buildRootfs(base, (await pinPackages(base, false)).rootfs);
  return Buffer.from(await program('tar', ['-xOf', rootfs, './var/lib/dpkg/status']));
}

/** The `Packages` files that the images are made from; they are fetched where they are not there yet. */
export async function archiveLists(): Promise<Uint8Array[]> {
  const dir = join(cacheDir(), 'apt', 'lists');
  if ((await packagesFiles(dir)).length === 0) await fetchLists();
  const files = await packagesFiles(dir);
  return Promise.all(files.map(async (file) => new Uint8Array(await readFile(join(dir, file)))));
}

async function packagesFiles(dir: string): Promise<string[]> {
  return existsSync(dir) ? (await readdir(dir)).filter((file) => file.endsWith('_Packages')).toSorted() : [];
}

/** The first set of archives that is in step with itself, as for the images. */
async function fetchLists(): Promise<void> {
  let last: unknown;
  for (const archives of await archiveChoices()) {
    try {
      await PrivateApt.open(archives);
      return;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** apt for a machine of which there is only the status file; it changes nothing anywhere. */
export class SimulatedApt {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** @param dir an empty folder, for apt's own notes */
  static async open(dir: string, status: Uint8Array): Promise<SimulatedApt> {
    await mkdir(join(dir, 'archives/partial'), { recursive: true });
    await writeFile(join(dir, 'status'), status);
    const settings = { 'Dir::State::status': 'status', 'Dir::State::extended_states': 'states', 'Dir::Cache': '' };
    const lines = Object.entries(settings).map(([key, name]) => `${key} "${join(dir, name)}";\n`);
    const common = await readFile(join(cacheDir(), 'apt', 'apt.conf'), 'utf8');
    await writeFile(join(dir, 'apt.conf'), common + lines.join(''));
    return new SimulatedApt(dir);
  }

  async install(name: string): Promise<Simulation> {
    const { status, output, out } = await this.#run('apt-get', [
      'install',
      '--simulate',
      '--yes',
      '--no-install-recommends',
      name,
    ]);
    return { failed: status !== 0, ...readSimulation(out), output };
  }

  /**
   * What apt decides, without the simulation of dpkg's order after it, whose time grows with the square of the packages:
   * it is asked to go on only if there is nothing to do but what was named, after it has said what there is to do.
   */
  async decide(name: string): Promise<Simulation> {
    const args = ['install', '--trivial-only', '--verbose-versions', '--no-install-recommends', name];
    const { output, out } = await this.#run('apt-get', args);
    return { failed: !/^\d+ upgraded, \d+ newly installed, /m.test(out), ...readSummary(out), output };
  }

  /** Reads all lists anew, as apt does after each update. @returns milliseconds */
  async readLists(): Promise<number> {
    for (const name of ['pkgcache.bin', 'srcpkgcache.bin']) await rm(join(this.#dir, name), { force: true });
    const began = performance.now();
    const { status, output } = await this.#run('apt-cache', ['gencaches']);
    if (status !== 0) throw new Error(output);
    return performance.now() - began;
  }

  async #run(name: string, args: readonly string[]) {
    const env = { ...process.env, LC_ALL: 'C', APT_CONFIG: join(this.#dir, 'apt.conf') };
    const child = spawn(name, args, { env });
    const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const [status, out, err] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    return { status, out, output: `${out}${err}` };
  }
}

/** Reads lists such as `The following NEW packages will be installed:` with lines such as `   dash (0.5.11 => 0.5.12-2)`. */
function readSummary(out: string): Pick<Simulation, 'installed' | 'removed'> {
  const listed = (title: string): string[] => {
    const [, list = ''] = new RegExp(`^The following ${title}:\\n((?: {3}.*\\n)*)`, 'm').exec(out) ?? [];
    return [...list.matchAll(/^ {3}([^\s:*]+)\S* \((?:\S+ => )?(\S+)\)$/gm)].map((match) => `${match[1]} ${match[2]}`);
  };
  const arriving = ['NEW packages will be installed', 'packages will be upgraded', 'packages will be DOWNGRADED'];
  return {
    installed: arriving.flatMap(listed).toSorted(),
    removed: listed('packages will be REMOVED')
      .map((title) => title.split(' ')[0] ?? '')
      .toSorted(),
  };
}

/** Reads lines such as `Inst dash [0.5.11] (0.5.12-2 Debian:12 [i386]) []` and `Remv dash [0.5.12-2]`. */
function readSimulation(out: string): Pick<Simulation, 'installed' | 'removed'> {
  const installed = [...out.matchAll(/^Inst (?<name>[^\s:]+)\S* (?:\[[^\]]*\] )?\((?<version>\S+) /gm)];
  const removed = [...out.matchAll(/^(?:Remv|Purg) (?<name>[^\s:]+)/gm)];
  return {
    installed: installed.map(({ groups }) => `${groups?.['name']} ${groups?.['version']}`).toSorted(),
    removed: removed.map(({ groups }) => groups?.['name'] ?? '').toSorted(),
  };
}
