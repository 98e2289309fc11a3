import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIndex, parseStatus, resolve, type PackageIndex, type Status } from '#domain/packages/index.ts';
import type { InstallMethod } from '#domain/packages/install/index.ts';
import { pinPackages } from '../../images/build/packages.ts';
import { buildRootfs } from '../../images/build/rootfs.ts';
import { base } from '../../images/recipes/index.ts';
import { debOf } from '../domain/packages/archive/support/deb-writer.ts';
import type { WrittenEntry } from '../domain/packages/archive/support/tar-writer.ts';
import { IS_FULL } from '../support/full.ts';
import { compareInstalls, wantedOf, type Choice, type Comparison } from '../support/installed-both-ways.ts';
import { ChrootMachine } from './support/chroot-machine.ts';
import { drawPackages, fetchPackages } from './support/drawn-packages.ts';
import { archiveLists, baseStatus } from './support/simulated-apt.ts';

const PACKAGES = IS_FULL ? 200 : 20;
const SEED = 12;
const MOST_DOWNLOAD_BYTES = 5 * 1024 * 1024;
let folder: string;
let index: PackageIndex;
let status: Status;
let origin: ChrootMachine;

beforeAll(async () => {
  // In memory where there is room: what is written is gone in a minute.
  folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'portolan-'));
  await chmod(folder, 0o777);
  [index, status] = [parseIndex(...(await archiveLists())), parseStatus(await baseStatus())];
  const rootfs = await buildRootfs(base, (await pinPackages(base, false)).rootfs);
  origin = await ChrootMachine.prepare(folder, rootfs);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Installs packages both ways, each into a copy. */
async function compare(choice: Choice): Promise<Comparison> {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  try {
    return await compareInstalls(choice, [await origin.copy(a), await origin.copy(b)]);
  } finally {
    await Promise.all([a, b].map((dir) => rm(dir, { recursive: true, force: true })));
  }
}

interface OwnPackage {
  readonly name: string;
  /** Its control file. */
  readonly control: string;
  readonly deb: Uint8Array;
}

/** The same for packages of which Debian knows nothing; the last one is what is wanted. */
async function compareOwn(packages: readonly OwnPackage[]): Promise<Comparison> {
  const files = new Map(packages.map(({ name }) => [name, join(folder, `${name}.deb`)]));
  for (const { name, deb } of packages) await writeFile(files.get(name) ?? '', deb);
  const stanzas = packages.map(({ name, control }) => `${control}Filename: ${name}.deb\n`).join('\n');
  const wanted = packages.slice(-1).map(({ name }) => name);
  const plan = resolve({ index: parseIndex(new TextEncoder().encode(stanzas)), status, wanted });
  if (plan.kind !== 'plan') throw new Error(plan.text);
  return compare({ plan, files });
}

/** A package that has nothing but files. */
function own(name: string, fields: string, entries: readonly WrittenEntry[]): OwnPackage {
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@isle.test>\nDescription: ${name}\n${fields}`;
  return {
    name,
    control,
    deb: debOf(entries, { control: [{ name: './control', content: Buffer.from(control) }] }),
  };
}

describe('a package with what few have', () => {
  it('comes onto base as dpkg puts it there', { timeout: 300_000 }, async () => {
    const control = `Package: isle\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@isle.test>\nDescription: An isle\n of one line\nXB-Depth: 3\n`;
    const text = (content: string): Uint8Array => Buffer.from(content);
    const deb = debOf(
      [
        { name: './', type: 'folder', mode: 0o755 },
        { name: './etc/', type: 'folder', mode: 0o755 },
        { name: './etc/isle.conf', content: text('depth = 3\n') },
        { name: './usr/', type: 'folder', mode: 0o755 },
        { name: './usr/share/', type: 'folder', mode: 0o755 },
        { name: './usr/share/isle/', type: 'folder', mode: 0o2775, gname: 'games', gid: 60 },
        { name: './usr/share/isle/a', mode: 0o4711, uname: 'games', uid: 5, content: text('a') },
        // Its own mode and owner count, too.
        {
          name: './usr/share/isle/b',
          type: 'hard-link',
          mode: 0o4711,
          uname: 'games',
          uid: 5,
          linkName: './usr/share/isle/a',
        },
        { name: './usr/share/isle/c', type: 'symbolic-link', linkName: 'nowhere' },
        { name: `./usr/share/isle/${'long'.repeat(40)}`, content: text('long') },
        { name: './usr/share/isle/pipe', type: 'fifo' },
        { name: './usr/share/man/', type: 'folder', mode: 0o755 },
        { name: './usr/share/man/isle.1', content: text('manual') },
      ],
      {
        control: [
          { name: './control', content: text(control) },
          { name: './conffiles', content: text('/etc/isle.conf\n') },
          { name: './triggers', content: text('interest-noawait isle\nactivate ldconfig\n') },
          { name: './postinst', mode: 0o755, content: text('#!/bin/sh\necho "$@" >> /etc/isle.told\n') },
        ],
      },
    );
    expect(await compareOwn([{ name: 'isle', control, deb }])).toEqual({
      methods: new Map([['isle', 'unpacked']]),
      differences: [],
    });
  });

  it('leaves the folders as they are that another one with it brings, too', { timeout: 300_000 }, async () => {
    const shared: readonly WrittenEntry[] = ['./', './usr/', './usr/isles/'].map((name) => ({
      name,
      type: 'folder',
      mode: 0o755,
    }));
    // A link that leads out of its folder is made late by tar, and the folders before it with it.
    const herm = own('herm', '', [
      ...shared,
      { name: './usr/isles/herm', type: 'symbolic-link', linkName: '../share/herm' },
    ]);
    const sark = own('sark', 'Depends: herm\n', [
      ...shared,
      { name: './usr/isles/sark', content: Buffer.from('sark') },
    ]);
    expect(await compareOwn([herm, sark])).toMatchObject({ differences: [] });
  });

  it('has no files at all, and dpkg reads its list all the same', { timeout: 300_000 }, async () => {
    expect(await compareOwn([own('lihou', '', [])])).toEqual({
      methods: new Map([['lihou', 'unpacked']]),
      differences: [],
    });
  });
});

describe('packages of Debian, drawn at random', () => {
  it(`come onto base as dpkg puts them there, ${PACKAGES} of them`, { timeout: 7_200_000 }, async () => {
    const methods: InstallMethod[] = [];
    const different: unknown[] = [];
    const drawn = drawPackages({ index, status, seed: SEED, most: MOST_DOWNLOAD_BYTES });
    for (let done = 0; done < PACKAGES;) {
      const plan = drawn.next().value;
      if (!plan) throw new Error('there are no more packages');
      const files = await fetchPackages(plan);
      if (!files) continue;
      const comparison = await compare({ plan, files });
      methods.push(...comparison.methods.values());
      if (comparison.differences.length > 0) different.push([wantedOf(plan), comparison]);
      done++;
    }
    expect(different).toEqual([]);
    // Most of Debian's packages are plain enough that dpkg is spared the work; the others are for it alone.
    const count = (method: InstallMethod): number => methods.filter((each) => each === method).length;
    expect(count('unpacked')).toBeGreaterThan(count('dpkg'));
  });
});
