import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFileSystem } from '../../images/build/file-system.ts';
import { ensureHostTools } from '../../images/build/host-tools.ts';
import { base } from '../../images/recipes/index.ts';

/** Small enough to be quick, with more than one block group. */
const recipe = { ...base, disk: 192 };
let dir = '';

beforeAll(async () => {
  await ensureHostTools();
  dir = await mkdtemp(join(tmpdir(), 'portolan-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('gives the same bytes for the same content, whenever it was unpacked', async () => {
  const tar = await packSample();
  const [first, second] = [join(dir, 'first.img'), join(dir, 'second.img')];
  await makeFileSystem(recipe, tar, first);
  // The second of a change is in an inode: the next build must fall into another one.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await makeFileSystem(recipe, tar, second);
  expect(await digestOf(second)).toBe(await digestOf(first));
  expect(() => execFileSync('e2fsck', ['-fn', first], { stdio: 'pipe' })).not.toThrow();
});

/** A tree with what tends to differ: many files in a folder, links, devices' stand-ins, owners, times. */
async function packSample(): Promise<string> {
  const root = join(dir, 'sample');
  await mkdir(join(root, 'many'), { recursive: true });
  for (let i = 0; i < 300; i++) {
    const path = join(root, 'many', `${(i * 7919) % 300}.txt`);
    await writeFile(path, `${i}\n`.repeat(i * 40));
    await utimes(path, 1_000_000_000 + i, 1_000_000_000 + i);
  }
  execFileSync('ln', ['-s', '/etc/sv/console', join(root, 'link')]);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const tar = join(dir, 'sample.tar');
  execFileSync('tar', ['-C', root, '--owner=1234', '--group=5', '--numeric-owner', '--sort=name', '-cf', tar, '.']);
  return tar;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
