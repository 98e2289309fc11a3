import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readlink, lstat, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deb } from '../../cli/portolan/deb.ts';
import { packageDir, pinPackages } from '../../images/build/packages.ts';
import { base } from '../../images/recipes/index.ts';
import { IS_FULL } from '../support/full.ts';
import { program } from './support/program.ts';
import { temporaryFolder } from './support/publication.ts';

/** Large ones take their time; what is special about packages is in the small ones, too. */
const LARGEST = 3_000_000;
const isRoot = process.getuid?.() === 0;

let folder: string;
/** Packages of the base container, as Debian publishes them: every fifth, and all in the full tests. */
let packages: readonly string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  const pins = await pinPackages(base, false);
  const files = pins.rootfs.map(({ file }) => join(packageDir(), file));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const small = files.filter((_, at) => (sizes[at] ?? 0) < LARGEST);
  packages = IS_FULL ? small : small.filter((_, at) => at % 5 === 0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function list(file: string): Promise<string> {
  let out = '';
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void (out += `${String(line)}\n`));
  await deb.run([file, '--list']).finally(() => log.mockRestore());
  return out;
}

/** Extracts a package with both programs. @returns what they made: by path, all that can be told of a file */
async function extractBoth(file: string): Promise<[ours: Files, theirs: Files]> {
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  try {
    await deb.run([file, '--extract', ours]);
    await program('dpkg-deb', ['-x', file, theirs]);
    return [await filesIn(ours), await filesIn(theirs)];
  } finally {
    await Promise.all([ours, theirs].map((dir) => rm(dir, { recursive: true, force: true })));
  }
}

type Files = ReadonlyMap<string, string>;

async function filesIn(root: string): Promise<Files> {
  // Names are bytes: as Latin-1, each has a character of its own.
  const names = ['', ...(await readdir(root, { recursive: true, encoding: 'latin1' }))].toSorted();
  const late = await foldersOfLinks(root, names);
  const inodes = new Map<number, string>();
  const files = new Map<string, string>();
  for (const name of names) {
    const path = Buffer.from(join(root, name), 'latin1');
    const { mode, uid, gid, size, mtimeMs, rdev, ino, nlink } = await lstat(path);
    const [isFile, isLink, isFolder] = [0o10, 0o12, 0o04].map((type) => mode >> 12 === type);
    const content = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    const twin = nlink > 1 && !isFolder ? (inodes.get(ino) ?? '') : '';
    inodes.set(ino, name);
    const target = isLink ? await readlink(path) : '';
    const about = [mode.toString(8), uid, gid, isFolder ? '' : size, late.has(name) ? '' : mtimeMs, rdev];
    files.set(name, [...about, target, content, twin].join(' '));
  }
  return files;
}

/** Folders that tar may leave with the time of now: it sets times early, and links come last. We set them as the package has them. */
async function foldersOfLinks(root: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for (const name of names) {
    const isLink = (await lstat(Buffer.from(join(root, name), 'latin1'))).isSymbolicLink();
    if (isLink) folders.add(posix.dirname(name).replace(/^\.$/, ''));
  }
  return folders;
}

describe('packages of Debian', () => {
  it('are listed as dpkg-deb lists them', async () => {
    expect(packages.length).toBeGreaterThanOrEqual(20);
    for (const file of packages) expect(await list(file), basename(file)).toBe(await program('dpkg-deb', ['-c', file]));
  });

  it('are extracted as dpkg-deb extracts them', async () => {
    for (const file of packages) {
      const [ours, theirs] = await extractBoth(file);
      expect(ours, basename(file)).toEqual(theirs);
    }
  });
});

describe('packages that dpkg-deb builds', () => {
  let tree: string;

  beforeAll(async () => {
    tree = join(folder, 'tree');
    await makeTree(tree);
  });

  it.each(['gzip', 'xz', 'zstd', 'none'])('with %s are listed and extracted as it does', async (kind) => {
    const file = join(folder, `${kind}.deb`);
    await program('dpkg-deb', [`-Z${kind}`, '--build', tree, file]);
    expect(await list(file)).toBe(await program('dpkg-deb', ['-c', file]));
    const [ours, theirs] = await extractBoth(file);
    expect(ours.size).toBeGreaterThan(10);
    expect(ours).toEqual(theirs);
  });

  it.each(['gzip', 'zstd', 'none'])('with %s of packages of Debian are, too', async (kind) => {
    for (const file of packages.slice(0, 4)) {
      const [raw, rebuilt] = [join(folder, 'raw'), join(folder, basename(file))];
      await program('dpkg-deb', ['-R', file, raw]);
      await program('dpkg-deb', [`-Z${kind}`, '--build', raw, rebuilt]);
      await rm(raw, { recursive: true });
      expect(await list(rebuilt), basename(file)).toBe(await program('dpkg-deb', ['-c', rebuilt]));
      const [ours, theirs] = await extractBoth(rebuilt);
      expect(ours, basename(file)).toEqual(theirs);
    }
  });
});

/** A package's files of every kind that there is. */
async function makeTree(tree: string): Promise<void> {
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  const long = `${'deep/'.repeat(30)}${'long-name-'.repeat(15)}`;
  const control = 'Package: charts\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n';
  const lines = [
    `printf '${control}' > DEBIAN/control`,
    `mkdir -p usr/share '${dirname(long)}' 'größe'`,
    `echo long > '${long}'`,
    `ln -s '${long}' link-to-long`,
    `ln '${long}' twin`,
    `echo x > 'größe/with space'`,
    `printf x > "$(printf 'latin-\\374')"`,
    'head -c 300000 /dev/urandom > usr/share/noise',
    'ln -s share/noise usr/soft',
    'ln -s /etc/passwd usr/absolute',
    'touch -h -d 2001-02-03T04:05:06Z usr/soft',
    'chmod 4755 usr/share/noise; chmod 1777 usr/share; touch -d 1995-01-01T00:00:00Z usr/share',
    'mkfifo pipe; chmod 640 pipe',
    ...(isRoot ? ['chown 12:34 twin', 'chown -h 7:8 usr/soft', '(mknod null c 1 3 && mknod disk b 8 1) || true'] : []),
  ];
  await program('sh', ['-e', '-c', `cd "$0"\n${lines.join('\n')}`, tree]);
}
