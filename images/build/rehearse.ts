import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  readDebFacts,
  proposeInstall,
  DPKG_ENVIRONMENT,
  DPKG_OPTIONS,
  type DebFacts,
} from '#domain/packages/install/index.ts';
import type { Step } from '#domain/packages/index.ts';
import { unpack } from '#storage/index.ts';
import { BuildError } from './build-error.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { addDebconf, readDebconf } from './debconf.ts';
import { logProgress } from './log.ts';
import { IMAGES_DIR } from './paths.ts';
import { inOwnMounts, withSharedDir } from './root-runner.ts';
import { effectsOf, parseListing, type Listing } from './tree-changes.ts';

const SCRIPT = join(IMAGES_DIR, 'build', 'rehearse.sh');

/** To be raised when what is kept of a rehearsal changes: results of before are not taken then. */
const FORM = 4;

/** As it is called when packages are installed into a machine, but for what keeps files from being lost. */
const DPKG = [
  'env',
  ...Object.entries(DPKG_ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
  'dpkg',
  '--force-unsafe-io',
];

/**
 * Installs packages into a root file system once, and keeps what setting each up has left (`EFFECTS_MEMBER`),
 * so that nobody else has to run their scripts.
 * @param rootfs tar of the system on which they are new; a file that `cachedStep` gave
 * @param debs paths of .deb files whose names are unique
 * @returns by file name, the tar of its effects; none for packages whose scripts do more than make files
 * @throws BuildError when they cannot be installed
 */
export async function rehearse(
  rootfs: string,
  debs: readonly string[],
  epoch: number,
): Promise<ReadonlyMap<string, string>> {
  const inputs = {
    rootfs: originOf(rootfs),
    debs: debs.map((path) => basename(path)),
    epoch,
    script: await readFile(SCRIPT, 'utf8'),
    form: FORM,
  };
  const make = (into: string): Promise<void> =>
    withSharedDir(async (work) => new Rehearsal(work, into, epoch).run(rootfs, debs));
  const dir = await cachedStep({ name: 'effects', inputs, make });
  const found = new Map<string, string>();
  for (const path of debs) {
    const effects = join(dir, `${basename(path)}.tar`);
    if (await stat(effects).catch(() => undefined)) found.set(basename(path), effects);
  }
  return found;
}

/** What has been seen of a package so far. */
interface Seen {
  readonly file: string;
  readonly facts: DebFacts;
  /** All that it has brought and made, without leading slashes. */
  readonly own: Set<string>;
  /** Of those, what its scripts have made or changed. */
  readonly effects: Set<string>;
  /** Whether they have done more. */
  isMore: boolean;
}

class Rehearsal {
  readonly #work: string;
  readonly #into: string;
  readonly #epoch: number;
  readonly #seen = new Map<string, Seen>();
  #listing: Listing = new Map();

  constructor(work: string, into: string, epoch: number) {
    this.#work = work;
    this.#into = into;
    this.#epoch = epoch;
  }

  async run(rootfs: string, debs: readonly string[]): Promise<void> {
    await this.#sh('prepare', rootfs);
    await mkdir(join(this.#work, 'lists'));
    const steps = await this.#plan(rootfs, debs);
    this.#listing = await this.#list();
    for (const step of steps) await this.#follow(step);
    const kept = [...this.#seen.values()].filter(({ isMore }) => !isMore).length;
    logProgress(`effects: of ${kept} of ${this.#seen.size} packages`);
  }

  async #plan(rootfs: string, debs: readonly string[]): Promise<readonly Step[]> {
    const facts: DebFacts[] = [];
    for (const path of debs) {
      await copyFile(path, join(this.#work, 'root', 'debs', basename(path)));
      facts.push(await readDebFacts(createReadStream(path), { decompress: unpack }));
    }
    const status = await readFile(join(this.#work, 'root', 'var/lib/dpkg/status'));
    const unpacking = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
    const proposal = proposeInstall(facts, {
      status,
      lists: '',
      unpacking,
      extendedStates: '',
      freeBytes: Number.MAX_SAFE_INTEGER,
    });
    if (proposal.kind !== 'proposal')
      throw new BuildError(`${originOf(rootfs)} cannot take the packages: ${proposal.text}`);
    for (const { name, file } of proposal.plan.packages) {
      const [path, known] = [debs[Number(file.path)], facts[Number(file.path)]];
      if (path === undefined || known === undefined) continue;
      const own = new Set([...known.paths, ...known.folders].map((each) => each.slice(1)));
      this.#seen.set(name, { file: basename(path), facts: known, own, effects: new Set(), isMore: false });
    }
    return proposal.plan.steps;
  }

  async #follow(step: Step): Promise<void> {
    const before = await readDebconf(join(this.#work, 'root'));
    const names = step.action === 'configure' ? step.packages : [step.package];
    const group = names.flatMap((name) => this.#seen.get(name) ?? []);
    const what = step.action === 'unpack' ? group.map(({ file }) => `/debs/${file}`) : names;
    await this.#sh('run', ...DPKG, ...DPKG_OPTIONS, '--no-triggers', `--${step.action}`, ...what);
    this.#note(group, await this.#list(), step.action === 'unpack');
    if (step.action === 'configure') await this.#pack(group, before);
    this.#listing = await this.#list();
  }

  /** Of packages that need each other nobody knows whose script made what: the last one has it, and they come together. */
  #note(group: readonly Seen[], after: Listing, isUnpacking: boolean): void {
    // What another package's scripts have made is no file of anybody's: Python's compiled files are made anew now and then.
    const own = new Set([
      ...group.flatMap((seen) => [...seen.own]),
      ...[...this.#seen.values()].flatMap(({ effects }) => [...effects]),
    ]);
    const conffiles = new Set(group.flatMap(({ facts }) => facts.conffiles.map((path) => path.slice(1))));
    const { made, isMore } = effectsOf(this.#listing, after, { own, conffiles, isUnpacking });
    for (const path of made) {
      group.at(-1)?.own.add(path);
      group.at(-1)?.effects.add(path);
    }
    for (const seen of group) {
      seen.isMore ||= isMore;
      for (const path of seen.effects) if (!after.has(path)) seen.effects.delete(path);
    }
  }

  async #pack(group: readonly Seen[], before: Awaited<ReturnType<typeof readDebconf>>): Promise<void> {
    const after = await readDebconf(join(this.#work, 'root'));
    for (const seen of group) {
      const list = join(this.#work, 'lists', seen.file);
      const packed = join(this.#work, 'effects.tar');
      await writeFile(list, ['.', ...[...seen.effects].toSorted()].map((path) => `${path}\0`).join(''));
      await this.#sh('pack', list, packed, String(this.#epoch));
      const added = await addDebconf(packed, before, seen === group.at(-1) ? after : before);
      if (added && group.every(({ isMore }) => !isMore)) await writeFile(join(this.#into, `${seen.file}.tar`), added);
      else for (const each of group) each.isMore = true;
    }
  }

  async #list(): Promise<Listing> {
    return parseListing(await this.#sh('list'));
  }

  #sh(action: string, ...args: readonly string[]): Promise<string> {
    return inOwnMounts(SCRIPT, [action, this.#work, ...args]);
  }
}
