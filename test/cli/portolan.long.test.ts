import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/portolan/main.ts';
import { blobPath, CatalogSchema, parseJson, type CatalogEntry } from '#domain/container/index.ts';
import { openPublication, verifyPublication } from '../../publishing/index.ts';
import { readContainer } from '../../publishing/reading/containers.ts';
import { writeMachineFile } from '../publishing/support/machine-file.ts';
import { LIGHTHOUSE, TEMPLATE, writeRuntimeFolder } from '../support/tiny-runtime.ts';
import { bzImage, ext2Image, PNG, publishSample } from '../publishing/support/sample.ts';

const PROGRAM = resolve('cli/portolan.mjs');

/** A list of one package, as `xz -9` packs it. */
const XZ =
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAtUGFja2FnZTogcGFja2VkClZlcnNpb246IDEKQXJjaGl0ZWN0dXJlOiBpMzg2CgAAAHeWPqhoKln3AAFGLmdQc1oftvN9AQAAAAAEWVo=';

/** Where the program is called from. */
let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'portolan-cli-')));
  await publishSample(join(folder, 'charts'));
  await publishSample(join(folder, 'charts'), { version: '2', disk: [1, 3, 2] });
  await writeFile(join(folder, 'disk.ext2'), ext2Image(4, { label: 'Tools' }));
  await writeFile(join(folder, 'bzImage'), bzImage());
  await writeFile(join(folder, 'card.png'), PNG);
  // A stranger's configuration is none of ours.
  await writeFile(join(folder, 'tsconfig.json'), '{ "extends": "./gone.json", "compilerOptions": 7 }');
});
afterAll(() => rm(folder, { recursive: true }));

interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

interface Call {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command in this process: starting Node each time takes a second. */
async function inside(args: readonly string[]): Promise<Result> {
  const said = { out: '', err: '' };
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void (said.out += `${String(line)}\n`));
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((said.out += String(text))));
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said.err += String(text))));
  const home = process.cwd();
  process.chdir(folder);
  try {
    return { status: await main(args), ...said };
  } finally {
    process.chdir(home);
    for (const spy of [log, write, complain]) spy.mockRestore();
  }
}

/** Runs the program as a person does. */
async function portolan(args: readonly string[], { cwd = folder, stdin = '', env = {} }: Call = {}): Promise<Result> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: { ...process.env, ...env } });
  // A command that asks nothing may be gone before it could read.
  child.stdin.on('error', () => undefined).end(stdin);
  const closed = new Promise<number | null>((done) => child.on('close', done));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await closed, out, err };
}

async function entries(dir: string): Promise<readonly CatalogEntry[]> {
  return parseJson(CatalogSchema, await readFile(join(folder, dir, 'catalog.json'), 'utf8'), dir).entries;
}

describe('portolan', () => {
  it('explains itself, and each of its commands', async () => {
    const all = await portolan(['--help']);
    expect(all).toMatchObject({ status: 0, err: '' });
    const names = [...all.out.matchAll(/^ {2}(\w+) {2,}\S/gm)].map((match) => match[1] ?? '');
    expect(names).toEqual(['pack', 'verify', 'keygen', 'sign', 'serve', 'diff', 'deb', 'plan', 'bundle']);
    for (const name of names) {
      const { status, out } = await inside([name, '--help']);
      expect([status, out.split('\n')[0]]).toEqual([0, expect.stringContaining(`Usage: portolan ${name} `)]);
    }
  });

  it.each([
    [[], 'Usage: portolan COMMAND'],
    [['plot'], 'There is no command “plot”.'],
    [['verify', 'charts', '--fast'], "Unknown option '--fast'."],
    [['verify'], 'DIR or URL is missing.'],
    [['verify', 'a', 'b'], 'There is one argument too many: “b”.'],
    [['pack', 'charts'], '--output is missing.'],
    [['pack', 'charts#sample@2', '-o', 'x', '--memory', '64'], '--memory is inside of the container'],
    [['pack', 'disk.ext2', '-o', 'x', '--memory', 'much'], '“much” is no amount of memory from 16 to 2048 MiB.'],
    [['pack', 'disk.ext2', '-o', 'x', '--id', 'Über'], '“Über” is no id'],
    [['serve', 'charts', '--port', '80a'], '“80a” is not a port'],
    [['sign', 'charts'], '--key is missing.'],
    [['diff', 'charts'], 'B is missing.'],
  ])('called as %j exits with 2 and says why', async (args, message) => {
    const { status, out, err } = await inside(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
    await expect(stat(join(folder, 'x'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [['verify', 'gone'], 'There is no folder gone.'],
    [['pack', 'gone.img', '-o', 'x'], 'There is no gone.img.'],
    [['pack', 'card.png', '-o', 'x'], 'card.png: its 11 bytes are not whole sectors'],
    [['pack', 'disk.ext2', '-o', 'x', '--kernel', 'disk.ext2'], 'disk.ext2: it is no kernel for PCs'],
    [['pack', 'charts', '-o', 'x'], 'say which, as in charts#sample'],
    [['pack', 'charts#sample', '-o', 'bzImage'], 'EEXIST'],
    [['diff', 'charts#sample', 'http://127.0.0.1:9/#sample'], 'cannot be reached'],
    [['sign', 'charts', '-k', 'gone'], 'The secret key gone cannot be read.'],
    [['serve', 'gone'], 'gone has no catalog.json.'],
  ])('called as %j exits with 1 and says why, in a line', async (args, message) => {
    const { status, out, err } = await inside(args);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^ {4}at /m);
  });
});

describe('portolan pack', () => {
  it('publishes a container of another catalog, under other words if wanted', async () => {
    const words = ['--id', 'mine', '--title', 'My charts', '--summary', 'Of the bay', '--tag', 'a', '--tag', 'b'];
    const { status, out } = await inside(['pack', 'charts#sample@1', '-o', 'copies', ...words]);
    const [original] = (await entries('charts')).filter(({ version }) => version === '1');
    const [entry] = await entries('copies');
    expect([status, out]).toEqual([0, expect.stringContaining(`mine@1  ${original?.manifest.digest}`)]);
    const expected = { id: 'mine', title: 'My charts', summary: 'Of the bay', tags: ['a', 'b'] };
    expect(entry).toEqual({ ...original, ...expected });
    expect(await inside(['verify', 'copies'])).toMatchObject({ status: 0 });
  });

  it('publishes a disk with a kernel, and says when that changes nothing', async () => {
    const args = ['pack', 'disk.ext2', '-o', 'tools', '--kernel', 'bzImage', '--initrd', 'card.png', '--memory', '1G'];
    const more = ['--thumbnail', 'card.png', '--version', '3', '--command-line', 'quiet'];
    expect((await inside([...args, ...more])).err).not.toContain('nothing has changed');
    const [entry] = await entries('tools');
    expect(entry).toMatchObject({
      id: 'disk',
      kind: 'container',
      title: 'Tools',
      version: '3',
      thumbnail: { size: 11 },
    });
    expect((await inside([...args, ...more])).err).toContain('tools has it already: nothing has changed.');
    expect(await entries('tools')).toEqual([entry]);
  });

  it('publishes a folder of packages as a runtime, beside containers, and copies it on', async () => {
    await writeRuntimeFolder(join(folder, 'light'), { debs: LIGHTHOUSE, template: TEMPLATE });
    const words = ['--summary', 'Shines', '--thumbnail', 'card.png'];
    expect(await inside(['pack', 'light', '-o', 'sea', ...words])).toMatchObject({ status: 0 });
    expect(await inside(['pack', 'charts#sample@1', '-o', 'sea'])).toMatchObject({ status: 0 });
    const [runtime] = await entries('sea');
    expect(runtime).toMatchObject({ id: 'lighthouse', kind: 'runtime', summary: 'Shines', thumbnail: { size: 11 } });
    expect((await inside(['verify', 'sea'])).out).toContain('all is well: 1 container, 1 runtime, ');
    expect(await inside(['pack', 'sea#lighthouse', '-o', 'copies'])).toMatchObject({ status: 0 });
    expect((await entries('copies')).at(-1)).toEqual(runtime);
    expect((await inside(['diff', 'sea#lighthouse', 'copies#lighthouse'])).out).toContain('costs 0 pieces');
    expect(await inside(['pack', 'light', '-o', 'sea', '--version', '2'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('--version is said in the runtime’s runtime.json.'),
    });
  });

  it('publishes a disk alone, and says what that means', async () => {
    const { status, err } = await inside(['pack', 'disk.ext2', '-o', 'alone']);
    expect(status).toBe(0);
    expect(err).toContain('Without --kernel, only engines that bring their own kernel can boot it.');
    expect(await inside(['verify', 'alone'])).toMatchObject({ status: 0 });
  });

  it('publishes a machine that was exported, by the container that it was made of', async () => {
    const [container] = (await entries('charts')).filter(({ version }) => version === '1');
    if (!container) throw new Error('there is no container');
    const { parts, config } = await readContainer(await openPublication(join(folder, 'charts')), container.manifest);
    const disk = { bytes: config.diskSize, base: parts.disk.blob.digest };
    const writes = [{ start: 4096, bytes: new Uint8Array(512).fill(1) }];
    const file = join(folder, 'any name');
    await writeMachineFile(file, { container, disk, writes, sources: ['http://127.0.0.1:9/gone/'] });
    const lost = await inside(['pack', 'any name', '-o', 'mine']);
    expect(lost).toMatchObject({ status: 1, err: expect.stringContaining(container.manifest.digest) as string });
    expect(lost.err).toContain('· http://127.0.0.1:9/gone/: ');
    const words = ['--id', 'mine', '--version', '7'];
    const { status, err } = await inside(['pack', 'any name', '-o', 'mine', '--base', 'charts', ...words]);
    expect([status, err]).toEqual([0, expect.stringContaining('All that is on the disk of “My sample”')]);
    expect(await entries('mine')).toMatchObject([{ id: 'mine', title: 'My sample', version: '7' }]);
    expect(await inside(['verify', 'mine'])).toMatchObject({ status: 0 });
    // Where its container is published, it is found without a word.
    await inside(['pack', 'charts#sample@1', '-o', 'found']);
    expect(await inside(['pack', 'any name', '-o', 'found', ...words])).toMatchObject({ status: 0 });
    expect(await inside(['pack', 'any name', '-o', 'mine', '--memory', '1G'])).toMatchObject({ status: 2 });
    expect(await inside(['pack', 'disk.ext2', '-o', 'mine', '--base', 'charts'])).toMatchObject({ status: 2 });
  });

  it('that is killed at any moment leaves the old catalog or the new one', async () => {
    await writeFile(join(folder, 'large.ext2'), ext2Image(12, { seed: 5 }));
    await cp(join(folder, 'charts'), join(folder, 'killed'), { recursive: true });
    for (const delay of [400, 700, 1000, 1300]) {
      const child = spawn(process.execPath, [PROGRAM, 'pack', 'large.ext2', '-o', 'killed'], { cwd: folder });
      const timer = setTimeout(() => child.kill('SIGKILL'), delay);
      await new Promise((done) => child.on('close', done));
      clearTimeout(timer);
      const { problems } = await verifyPublication(await openPublication(join(folder, 'killed')));
      expect(problems).toEqual([]);
    }
    expect(await inside(['pack', 'large.ext2', '-o', 'killed'])).toMatchObject({ status: 0 });
    expect(await entries('killed')).toHaveLength(3);
  });
});

describe('paths', () => {
  it('are meant from where the program is called, also through npm', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    const direct = await portolan(['verify', '../charts'], { cwd: join(folder, 'sub') });
    expect(direct).toMatchObject({ status: 0, err: '' });
    const env = { npm_lifecycle_event: 'portolan', INIT_CWD: join(folder, 'sub') };
    expect(await portolan(['verify', '../charts'], { cwd: resolve('.'), env })).toMatchObject({ status: 0, err: '' });
  });
});

describe('portolan verify', () => {
  it('names the files that are wrong, and exits with 1', async () => {
    await cp(join(folder, 'charts'), join(folder, 'bad'), { recursive: true });
    const [first] = await entries('charts');
    if (!first?.thumbnail) throw new Error('it has no thumbnail');
    const path = blobPath(first.thumbnail.digest);
    await writeFile(join(folder, 'bad', path), 'else');
    const { status, out } = await inside(['verify', 'bad']);
    expect([status, out]).toEqual([1, `${path}: it has 4 bytes instead of 900\nbad: 1 problem\n`]);
  });
});

describe('portolan diff', () => {
  it('says what a machine must fetch, for people and for programs', async () => {
    const people = await inside(['diff', 'charts#sample@1', 'charts#sample']);
    expect(people.out).toMatch(/^With sample@1, sample@2 costs \d+ pieces, /);
    const programs = await inside(['diff', 'charts#sample@1', 'charts#sample@2', '--json']);
    const result: unknown = JSON.parse(programs.out);
    expect(result).toMatchObject({ from: { version: '1' }, to: { id: 'sample', version: '2' } });
    expect(result).toHaveProperty('fetch.bytes', expect.any(Number));
  });
});

describe('portolan plan', () => {
  beforeAll(async () => {
    const stanza = (name: string, more: string): string =>
      `Package: ${name}\nVersion: 1\nArchitecture: i386\n${more}\n`;
    const index = `${stanza('web', 'Size: 5000\nDepends: lib\nRecommends: doc\n')}${stanza('lib', 'Size: 7\n')}`;
    await writeFile(join(folder, 'Packages.gz'), gzipSync(index + stanza('mail', 'Conflicts: post\n')));
    await writeFile(join(folder, 'more'), stanza('doc', 'Size: 1\n'));
    await writeFile(join(folder, 'status'), stanza('post', 'Status: install ok installed\n'));
    await writeFile(join(folder, 'cut.gz'), gzipSync(index).subarray(0, 60));
    await writeFile(join(folder, 'packed'), Buffer.from(XZ, 'base64'));
    await writeFile(join(folder, 'nonsense'), 'Package: a\nnonsense\n');
  });
  const plan = (...args: readonly string[]): Promise<Result> =>
    inside(['plan', '-i', 'Packages.gz', '-s', 'status', ...args]);

  it('prints what comes, how much it is, and the order', async () => {
    const { status, out } = await plan('web');
    expect(status).toBe(0);
    expect(out).toContain('2 packages, 5.0 kB to download, 0 B more on disk:\n  lib  1, 7 B\n  web  1, 5.0 kB\n');
    expect(out).toContain('In this order:\n  unpack lib web\n  configure lib web\n');
    const more = await plan('-i', 'more', '--recommends', '--json', 'web');
    expect(JSON.parse(more.out)).toMatchObject({ kind: 'plan', downloadBytes: 5008 });
    expect((await plan('post')).out).toContain('There is nothing to do');
  });

  it('reads lists that are packed with xz', async () => {
    expect(await plan('-i', 'packed', 'packed')).toMatchObject({
      status: 0,
      out: expect.stringContaining('packed  1'),
    });
  });

  it('prints why there is none, and exits with 1', async () => {
    const { status, out } = await plan('mail');
    expect(status).toBe(1);
    expect(out).toContain('mail 1 conflicts with post. You have post 1.');
    const asJson = await plan('--json', 'mail');
    expect([asJson.status, JSON.parse(asJson.out)]).toEqual([1, expect.objectContaining({ removals: ['post'] })]);
    expect((await plan('--remove', 'post', 'mail')).out).toContain('  post 1 is removed\n');
  });

  it.each([
    [['-i', 'cut.gz', 'a'], 1, 'cut.gz is damaged'],
    [['-i', 'nonsense', 'a'], 1, 'line 2: neither a field nor part of one'],
    [['-i', 'gone', 'a'], 1, 'ENOENT'],
    [['a'], 2, '--index is missing.'],
    [['-i', 'nonsense'], 2, 'NAME is missing.'],
  ])('called with %j says what is wrong', async (args, expected, message) => {
    const { status, out, err } = await inside(['plan', ...args]);
    expect([status, out, err]).toEqual([expected, '', expect.stringContaining(message)]);
  });
});

describe('portolan keygen and sign', () => {
  it('make a key that only its owner can read, and sign with it', async () => {
    await cp(join(folder, 'charts'), join(folder, 'signed'), { recursive: true });
    const made = await inside(['keygen', '-o', 'captain', '--no-password']);
    expect(made.status).toBe(0);
    expect((await stat(join(folder, 'captain.key'))).mode & 0o777).toBe(0o600);
    const key = (await readFile(join(folder, 'captain.pub'), 'utf8')).split('\n')[1] ?? '';
    expect(made.out).toBe(`${key}\n`);
    expect(made.err).toContain('captain.key is the secret key');
    expect(await inside(['sign', 'signed', '-k', 'captain.key'])).toMatchObject({ status: 0 });
    const verified = await inside(['verify', 'signed', '-p', key]);
    expect([verified.status, verified.out]).toEqual([0, expect.stringMatching(/signed by [0-9A-F]{16}\n$/)]);
    expect((await inside(['pack', 'charts#sample@1', '-o', 'signed', '--id', 'x'])).err).toContain('signs it anew');
    expect((await inside(['verify', 'signed'])).out).toContain('the signature does not fit it');
  });

  it('write over no key, and take no empty password', async () => {
    await writeFile(join(folder, 'precious.pub'), 'precious');
    const over = await inside(['keygen', '-o', 'precious', '-W']);
    expect([over.status, over.err]).toEqual([1, expect.stringContaining('precious.pub is there already')]);
    for (const stdin of ['', '\n\n'])
      expect((await portolan(['keygen', '-o', 'new'], { stdin })).err).toContain('A password is needed');
    expect((await portolan(['keygen', '-o', 'new'], { stdin: 'a\nb\n' })).err).toContain('The two passwords differ.');
    await expect(stat(join(folder, 'new.key'))).rejects.toThrow('ENOENT');
  });
});

describe('portolan serve', () => {
  it('serves the catalog until it is told to stop', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'serve', 'charts', '--port', '0'], { cwd: folder });
    const said = new Promise<string>((heard) => child.stdout.on('data', (data: Buffer) => heard(data.toString())));
    const { port } = new URL(/http:\S+catalog\.json/.exec(await said)?.[0] ?? '');
    const base = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${base}/health`)).text()).toBe('ok\n');
    const catalog = await (await fetch(`${base}/catalog/catalog.json`)).text();
    expect(catalog).toBe(await readFile(join(folder, 'charts/catalog.json'), 'utf8'));
    expect(await portolan(['verify', `${base}/catalog/`])).toMatchObject({ status: 0 });
    const closed = new Promise<number | null>((done) => child.on('close', done));
    child.kill('SIGTERM');
    expect(await closed).toBe(0);
  });
});
