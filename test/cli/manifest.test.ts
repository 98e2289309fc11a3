import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { webManifest } from '../../cli/bundle/manifest.ts';

it('names icons that are there, one of them maskable', () => {
  const { icons = [] } = webManifest('public');
  expect(icons.filter(({ src }) => !existsSync(join('public', src)))).toEqual([]);
  expect(icons.map(({ purpose }) => purpose)).toContain('maskable');
});

it('has relative addresses only', () => {
  const { id, start_url, scope, icons = [] } = webManifest('public');
  for (const address of [id, start_url, scope, ...icons.map(({ src }) => src)]) expect(address).not.toMatch(/^\/|:/);
});

it('describes screenshots by what they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-manifest-'));
  await mkdir(join(folder, 'screenshots'));
  const png = Buffer.alloc(24);
  png.writeUInt32BE(1280, 16);
  png.writeUInt32BE(800, 20);
  await writeFile(join(folder, 'screenshots/a-machine.png'), png);
  expect(webManifest(folder).screenshots).toEqual([
    { src: 'screenshots/a-machine.png', sizes: '1280x800', type: 'image/png', form_factor: 'wide', label: 'a machine' },
  ]);
  await rm(folder, { recursive: true });
});
