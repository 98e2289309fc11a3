import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** A copy of run.mjs, and of what it starts with, in a project of its own, with an npm that only notes that it was called. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-packages-'));
  await mkdir(join(folder, 'cli'));
  await mkdir(join(folder, 'node_modules'));
  for (const part of ['run.mjs', 'bootstrap'])
    await cp(join('cli', part), join(folder, 'cli', part), { recursive: true });
  await writeFile(join(folder, 'npm.js'), "require('fs').writeFileSync('called', process.argv[2]); process.exit(1)");
  await writeLock('package-lock.json', '1.0.0');
});
afterEach(() => rm(folder, { recursive: true }));

function writeLock(path: string, version: string): Promise<void> {
  const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0', optional: true } };
  return writeFile(join(folder, path), JSON.stringify({ packages }));
}

/** What npm was called with; undefined when it was not. */
async function npmCall(): Promise<string | undefined> {
  const env = { ...process.env, npm_execpath: join(folder, 'npm.js') };
  await new Promise((resolve) => {
    execFile(process.execPath, [join(folder, 'cli/run.mjs'), 'check'], { env }, resolve);
  });
  return readFile(join(folder, 'called'), 'utf8').catch(() => undefined);
}

it('are installed when there are none', async () => {
  expect(await npmCall()).toBe('ci');
});

it('are installed when the lock file names others', async () => {
  await writeLock('node_modules/.package-lock.json', '0.9.0');
  expect(await npmCall()).toBe('ci');
});

it('are left alone when they are those of the lock file; what other platforms need may be missing', async () => {
  const packages = { 'node_modules/a': { version: '1.0.0' } };
  await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  expect(await npmCall()).toBeUndefined();
});
