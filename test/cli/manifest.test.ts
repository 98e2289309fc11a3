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
  const { id, start_url, scope, icons = [], share_target, protocol_handlers = [] } = webManifest('public');
  const taken = [share_target?.action, ...protocol_handlers.map(({ url }) => url)];
  for (const address of [id, start_url, scope, ...icons.map(({ src }) => src), ...taken])
    expect(address).not.toMatch(/^\/|:/);
});

it('takes links at the addresses that the page reads, without reloading a window that is open', () => {
  const { protocol_handlers = [], share_target, launch_handler, file_handlers = [] } = webManifest('public');
  const link = 'web+portolan:boot/sha256:0?from=https://a.example';
  const opened = protocol_handlers.map(({ url }) => url.replace('%s', encodeURIComponent(link)));
  expect(opened.map((url) => new URL(url, 'https://app.example').searchParams.get('link'))).toEqual([link]);
  expect(Object.values(share_target?.params ?? {})).toEqual(['share', 'share-text']);
  expect([launch_handler?.client_mode].flat()[0]).toBe('focus-existing');
  expect(file_handlers.flatMap(({ accept }) => Object.values(accept).flat())).toContain('.portolan-link');
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
