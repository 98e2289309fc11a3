import { beforeEach, expect, it } from 'vitest';
import { PrecacheController } from 'workbox-precaching';
import { keepOutdatedAssets } from '../../sw/outdated-assets.ts';

const KEPT = 'portolan-outdated-assets';
const PRECACHE = 'test-precache';
const address = (name: string): string => new URL(`/assets/${name}`, location.href).href;

/** A build's controller, whose precache holds these files. */
async function precacheOf(build: readonly string[], held: readonly string[]): Promise<PrecacheController> {
  const controller = new PrecacheController({ cacheName: PRECACHE });
  controller.addToCacheList(build.map((name) => ({ url: address(name), revision: null })));
  const cache = await caches.open(controller.strategy.cacheName);
  await Promise.all(held.map((name) => cache.put(address(name), new Response(name))));
  return controller;
}

async function kept(): Promise<string[]> {
  const keys = await (await caches.open(KEPT)).keys();
  return keys.map(({ url }) => url.split('/').at(-1) ?? '').toSorted();
}

beforeEach(async () => {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
});

it('keeps what only the build before had', async () => {
  await keepOutdatedAssets(await precacheOf(['new.js', 'same.js'], ['old.js', 'same.js', 'new.js']));
  expect(await kept()).toEqual(['old.js']);
  expect(await (await caches.match(address('old.js'), { cacheName: KEPT }))?.text()).toBe('old.js');
});

it('keeps one generation', async () => {
  await keepOutdatedAssets(await precacheOf(['b.js'], ['a.js', 'b.js']));
  await caches.delete(PRECACHE);
  await keepOutdatedAssets(await precacheOf(['c.js'], ['b.js', 'c.js']));
  expect(await kept()).toEqual(['b.js']);
});

it('leaves what is kept when nothing is outdated', async () => {
  await keepOutdatedAssets(await precacheOf(['b.js'], ['a.js', 'b.js']));
  await caches.delete(PRECACHE);
  await keepOutdatedAssets(await precacheOf(['b.js'], ['b.js']));
  expect(await kept()).toEqual(['a.js']);
});
