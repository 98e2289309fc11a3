import type { Locator, Page } from '@playwright/test';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import { diskOf } from '../support/tiny-container.ts';
import { expectTold } from './harness/notes.ts';
import { pathOf, type Offer, type Publisher } from './harness/publisher.ts';
import { limitSpace } from './harness/quota.ts';
import { addSources, cardOf, goTo, keepFromShelf, listingOf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

const MIB = 1024 * 1024;

/** A container whose chunks are those of `seeds`. */
function offer(publisher: Publisher, title: string, seeds: readonly number[]): Promise<Offer> {
  return publisher.offer({ id: title.toLowerCase(), title }, { disk: diskOf(seeds), trace: [0] });
}

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

function rowOf(page: Page, title: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

async function isHere(page: Page, { entry }: Offer): Promise<string | undefined> {
  return (await listingOf(page, entry.manifest.digest))?.local.name;
}

test('the Storage page says what takes how much; what is removed takes nothing from others', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  // Half of each is in both.
  const chart = await offer(publisher, 'Chart', seeds(100, 16));
  const log = await offer(publisher, 'Log', seeds(108, 16));
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  await keepFromShelf(page, 'Chart');
  await keepFromShelf(page, 'Log');
  // What is shared was fetched once.
  expect(publisher.server.sent(pathOf(log.container.disk.blob))).toBeLessThan(10 * CHUNK_BYTES);

  await goTo(page, 'Storage');
  await expect(rowOf(page, 'Chart')).toContainText('others share the rest');
  const { containers } = await page.evaluate(() => window.portolan.storage());
  for (const stored of containers) {
    expect(stored.bytes).toBeGreaterThan(16 * CHUNK_BYTES);
    expect(stored.ownBytes).toBeLessThan(12 * CHUNK_BYTES);
    expect(stored.ownBytes).toBeGreaterThanOrEqual(8 * CHUNK_BYTES);
  }
  await page.getByRole('button', { name: 'Remove Chart 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(rowOf(page, 'Chart')).toBeHidden();
  expect(await isHere(page, chart)).not.toBe('offline-ready');
  expect(await isHere(page, log)).toBe('offline-ready');
  await publisher.server.stop();
  const digest = log.entry.manifest.digest;
  const read = page.evaluate(async (name) => (await (await fetch(`c/${name}/disk`)).arrayBuffer()).byteLength, digest);
  expect(await read).toBe(log.container.disk.content.length);
});

test('where there is no room, what was used longest ago goes, never what is pinned; then it says so and keeps what it has', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  const old = await offer(publisher, 'Old', seeds(200, 96));
  const pinned = await offer(publisher, 'Pinned', seeds(300, 96));
  const young = await offer(publisher, 'Young', seeds(400, 96));
  const large = await offer(publisher, 'Large', seeds(500, 400));
  // Room for the app, which is 4 MiB, and two of these, which are 12 MiB each: the third takes the place of the oldest.
  await limitSpace(page, site.url, 32 * MIB);
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  await keepFromShelf(page, 'Pinned');
  await keepFromShelf(page, 'Old');
  await page.evaluate((digest) => window.portolan.pin(digest, true), pinned.entry.manifest.digest);
  await keepFromShelf(page, 'Young');
  expect(await isHere(page, old)).not.toBe('offline-ready');
  expect(await isHere(page, pinned)).toBe('offline-ready');

  await page.evaluate((digest) => window.portolan.pin(digest, true), young.entry.manifest.digest);
  await page.getByRole('button', { name: 'Keep offline: Large' }).click();
  await expect(cardOf(page, 'Large')).toContainText('The download has stopped');
  await expectTold(page, 'storage/full', { what: '“Large”' });
  await expect(cardOf(page, 'Large').getByRole('link', { name: 'Open Storage' })).toBeVisible();
  expect(await isHere(page, pinned)).toBe('offline-ready');
  expect(await isHere(page, young)).toBe('offline-ready');
  expect(await isHere(page, large)).toBe('partial');

  await limitSpace(page, site.url, undefined);
  await cardOf(page, 'Large')
    .getByRole('button', { name: /^Retry/ })
    .click();
  await expect(cardOf(page, 'Large')).toContainText('Works offline');
});
