import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishCatalog } from '../../cli/bundle/publish-catalog.ts';

let folder: string;
let source: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-publish-'));
  [source, target] = [join(folder, 'source'), join(folder, 'target')];
  await mkdir(join(source, 'blobs/sha256'), { recursive: true });
  await writeFile(join(source, 'catalog.json'), '1');
  await writeFile(join(source, 'blobs/sha256/aa'), 'blob');
});
afterEach(() => rm(folder, { recursive: true }));

it('puts lists and blobs beside the app, blobs without a second copy of their bytes', async () => {
  await publishCatalog(source, target);
  expect(await readFile(join(target, 'catalog.json'), 'utf8')).toBe('1');
  const [from, to] = await Promise.all([source, target].map((side) => stat(join(side, 'blobs/sha256/aa'))));
  expect(to?.ino).toBe(from?.ino);
});

it('follows changes: a new list, a new blob, a blob that is gone', async () => {
  await publishCatalog(source, target);
  await writeFile(join(source, 'catalog.json'), '2');
  await writeFile(join(source, 'blobs/sha256/bb'), 'other');
  await rm(join(source, 'blobs/sha256/aa'));
  await publishCatalog(source, target);
  expect(await readFile(join(target, 'catalog.json'), 'utf8')).toBe('2');
  expect(await readdir(join(target, 'blobs/sha256'))).toEqual(['bb']);
});

it('takes away the signature of a list that is not signed any longer, and leaves an empty one', async () => {
  const signature = (): Promise<string> => readFile(join(target, 'catalog.json.minisig'), 'utf8');
  await publishCatalog(source, target);
  expect(await signature()).toBe('');
  for (const name of ['catalog.json.minisig', 'minisign.pub']) await writeFile(join(source, name), 'signed');
  await publishCatalog(source, target);
  expect(await signature()).toBe('signed');
  for (const name of ['catalog.json.minisig', 'minisign.pub']) await rm(join(source, name));
  await publishCatalog(source, target);
  expect(await signature()).toBe('');
  expect(await readdir(target)).not.toContain('minisign.pub');
});
