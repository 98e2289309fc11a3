import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/portolan/main.ts';
import { debOf } from '../domain/packages/archive/support/deb-writer.ts';
import type { WrittenEntry } from '../domain/packages/archive/support/tar-writer.ts';

const isRoot = process.getuid?.() === 0;
/** A user who owns nothing. */
const NOBODY = 65_534;

let folder: string;
let dir: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-deb-'));
  [dir, file] = [join(folder, 'out'), join(folder, 'package.deb')];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Runs `portolan deb`. @returns its status and what it wrote */
async function deb(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void (said.out += `${String(line)}\n`));
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said.err += String(text))));
  try {
    return { status: await main(['deb', ...args]), ...said };
  } finally {
    log.mockRestore();
    complain.mockRestore();
  }
}

async function extract(...entries: readonly WrittenEntry[]): Promise<{ status: number; err: string }> {
  await writeFile(file, debOf(entries));
  return deb(file, '--extract', dir);
}

/** Does `work` without root's powers, whoever runs the tests. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (!isRoot) return work();
  await chown(folder, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('portolan deb --list', () => {
  const entries: readonly WrittenEntry[] = [
    { name: './', type: 'folder', mode: 0o755 },
    { name: './usr/ü\n', content: Buffer.from('x'), mode: 0o4755, mtime: 1_600_000_000.9 },
    { name: './odd\\', mode: 0o7644, uname: '', gname: '', uid: 1000, gid: 33, mtime: -1 },
    { name: './null', type: 'character-device', mode: 0o666, major: 1, minor: 3, uname: 'someone-with-a-long-name' },
    { name: './pipe', type: 'fifo', mode: 0o1777 },
    { name: './soft', type: 'symbolic-link', linkName: '../é', mode: 0o777 },
    { name: './hard', type: 'hard-link', linkName: './usr/ü\n' },
  ];

  it('writes what tar -tv does', async () => {
    vi.stubEnv('TZ', 'UTC0');
    vi.stubEnv('LC_ALL', 'C.UTF-8');
    await writeFile(file, debOf(entries.filter(({ name }) => name !== './soft')));
    expect(await deb(file, '--list')).toEqual({
      status: 0,
      err: '',
      out: [
        'drwxr-xr-x root/root         0 2023-11-14 22:13 ./',
        '-rwsr-xr-x root/root         1 2020-09-13 12:26 ./usr/ü\\n',
        '-rwSr-Sr-T 1000/33           0 1969-12-31 23:59 ./odd\\\\',
        'crw-rw-rw- someone-with-a-long-name/root 1,3 2023-11-14 22:13 ./null',
        'prwxrwxrwt root/root                       0 2023-11-14 22:13 ./pipe',
        'hrw-r--r-- root/root                       0 2023-11-14 22:13 ./hard link to ./usr/ü\\n',
        '',
      ].join('\n'),
    });
  });

  it('writes characters as numbers where the terminal has none', async () => {
    vi.stubEnv('LC_ALL', 'C');
    await writeFile(file, debOf([{ name: './a/b/c', type: 'symbolic-link', linkName: '../é' }]));
    expect((await deb(file, '--list')).out).toMatch(/ \.\/a\/b\/c -> \.\.\/\\303\\251\n$/);
  });

  it('says what is wrong with a package, and with a call', async () => {
    await writeFile(file, 'no package');
    expect(await deb(file, '--list')).toMatchObject({
      status: 1,
      err: expect.stringContaining('not a Debian package'),
    });
    expect(await deb(join(folder, 'gone.deb'), '--list')).toMatchObject({
      status: 1,
      err: expect.stringContaining('ENOENT'),
    });
    for (const args of [[], [file], [file, '--list', '--extract', dir], [file, file, '--list']])
      expect((await deb(...args)).status).toBe(2);
  });
});

describe('portolan deb --extract', () => {
  it('writes files with modes, times and links', async () => {
    const { status, err } = await extract(
      { name: './', type: 'folder', mode: 0o750, mtime: 1_000_000_000 },
      { name: './usr/', type: 'folder', mode: 0o555, mtime: 1_100_000_000 },
      { name: './usr/chart', content: Buffer.from('north'), mode: 0o4751, mtime: 1_200_000_000 },
      { name: './usr/twin', type: 'hard-link', linkName: './usr/chart' },
      { name: './usr/map', type: 'symbolic-link', linkName: 'chart', mtime: 1_300_000_000 },
      { name: './usr/abroad', type: 'symbolic-link', linkName: '/nowhere' },
      { name: './usr/pipe', type: 'fifo', mode: 0o600 },
      { name: './deep/down/here', content: Buffer.from('x') },
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(await readdir(dir)).toEqual(['deep', 'usr']);
    expect(await readFile(join(dir, 'usr/chart'), 'utf8')).toBe('north');
    const [root, usr, chart, twin] = await Promise.all(
      ['.', 'usr', 'usr/chart', 'usr/twin'].map((at) => stat(join(dir, at))),
    );
    expect([root, usr, chart].map((each) => [(each?.mode ?? 0) & 0o7777, (each?.mtimeMs ?? 0) / 1000])).toEqual([
      [0o750, 1_000_000_000],
      [0o555, 1_100_000_000],
      [0o4751, 1_200_000_000],
    ]);
    expect(twin?.ino).toBe(chart?.ino);
    expect(await readlink(join(dir, 'usr/map'))).toBe('chart');
    expect((await lstat(join(dir, 'usr/map'))).mtimeMs).toBe(1_300_000_000_000);
    expect((await lstat(join(dir, 'usr/pipe'))).isFIFO()).toBe(true);
  });

  it.runIf(isRoot)('writes owners and devices as root, owners by name first', async () => {
    const tty = { type: 'character-device', major: 5, minor: 1, mode: 0o620 } as const;
    const { status, err } = await extract(
      { name: './numbers', uid: 1234, gid: 4321, uname: 'nobody-has-this-name', gname: '' },
      { name: './names', uid: 1234, gid: 4321, uname: 'root', gname: 'root', mode: 0o6755 },
      { name: './tty', ...tty, gid: 5, gname: '' },
      { name: './soft', type: 'symbolic-link', linkName: 'x', uid: 7, uname: '' },
    );
    // Where devices may not be made, as in most containers, that has to be said.
    if (status !== 0) return expect(err).toContain('./tty cannot be made');
    const owner = async (name: string) => {
      const { uid, gid, mode } = await lstat(join(dir, name));
      return [uid, gid, mode & 0o7777];
    };
    expect(await owner('numbers')).toEqual([1234, 4321, 0o644]);
    expect(await owner('names')).toEqual([0, 0, 0o6755]);
    expect(await owner('tty')).toEqual([0, 5, 0o620]);
    expect((await lstat(join(dir, 'tty'))).rdev).toBe(0x501);
    expect((await owner('soft'))[0]).toBe(7);
  });

  it('takes the last of files that come twice', async () => {
    await extract(
      { name: './x', content: Buffer.from('first') },
      { name: './y', type: 'hard-link', linkName: 'x' },
      { name: './x', content: Buffer.from('second') },
    );
    expect(await readFile(join(dir, 'x'), 'utf8')).toBe('second');
    expect(await readFile(join(dir, 'y'), 'utf8')).toBe('first');
  });

  it('keeps names that are no UTF-8', async () => {
    await extract({ name: './\udcfcber/\udcff', content: Buffer.from('x') });
    const [name] = await readdir(dir, { encoding: 'buffer' });
    expect(name?.toString('latin1')).toBe('über');
  });

  it('leaves an empty folder that was there, and refuses one with something in it', async () => {
    await mkdir(dir);
    const { ino } = await stat(dir);
    await extract({ name: './x' });
    expect((await stat(dir)).ino).toBe(ino);
    expect(await extract({ name: './y' })).toMatchObject({ status: 1, err: expect.stringContaining('not empty') });
    expect(await readdir(dir)).toEqual(['x']);
  });

  it('leaves nothing when something is wrong at the end', async () => {
    const sound = [{ name: './usr/', type: 'folder', mode: 0o555 }, { name: './usr/x' }] as const;
    expect(await extract(...sound, { name: '../x' })).toMatchObject({
      status: 1,
      err: expect.stringContaining('outside'),
    });
    expect(await readdir(folder)).toEqual(['package.deb']);
    await mkdir(dir);
    const whole = debOf([...sound, { name: './large', content: new Uint8Array(100_000) }], { packing: 'xz' });
    await writeFile(file, whole.subarray(0, -500));
    expect(await deb(file, '--extract', dir)).toMatchObject({
      status: 1,
      err: expect.stringContaining('ends too early'),
    });
    expect(await readdir(dir)).toEqual([]);
  });

  it('never writes outside of its folder, whatever a package holds', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    const part = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') },
      fc.constantFrom('..', '.', 'outside', ''),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const entry = fc.record({
      name: path,
      linkName: fc.oneof(path, fc.constantFrom(outside, folder, '/', '../outside', 'a/../../outside')),
      type: fc.constantFrom('file', 'folder', 'symbolic-link', 'hard-link'),
    });
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async (entries) => {
        const written = entries.map((each) => ({ ...each, content: Buffer.from(each.type === 'file' ? 'x' : '') }));
        const { status } = await extract(...written);
        if (status === 0) whole++;
        else expect(existsSync(dir)).toBe(false);
        expect(await readdir(outside)).toEqual([]);
        await rm(dir, { recursive: true, force: true });
        expect((await readdir(folder)).toSorted()).toEqual(['outside', 'package.deb']);
      }),
      { numRuns: 200 },
    );
    expect(whole).toBeGreaterThan(10);
  });

  it('does not follow what leads out of a folder that is itself behind a link', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', dir);
    expect(await extract({ name: './x/y', content: Buffer.from('z') })).toMatchObject({ status: 0 });
    expect(await readFile(join(folder, 'real/x/y'), 'utf8')).toBe('z');
  });

  it('says so when devices may not be made, and leaves nothing', async () => {
    const device = { name: './null', type: 'character-device', major: 1, minor: 3 } as const;
    await asNobody(async () => {
      expect(await extract({ name: './x' }, device)).toMatchObject({
        status: 1,
        err: expect.stringContaining('./null'),
      });
      expect(await readdir(folder)).toEqual(['package.deb']);
    });
  });

  it('is given up with Ctrl+C, and leaves nothing', async () => {
    const fifo = join(folder, 'slow.deb');
    execFileSync('mkfifo', [fifo]);
    const started = deb(fifo, '--extract', dir);
    await expect.poll(() => existsSync(dir)).toBe(true);
    process.emit('SIGINT');
    expect(await started).toMatchObject({ status: 1, err: expect.stringContaining('Stopped') });
    expect(existsSync(dir)).toBe(false);
    // Lets the thread go that waits for a writer.
    await writeFile(fifo, '');
  });
});
