import { diskOf } from '../support/tiny-container.ts';
import { pathOf } from './harness/publisher.ts';
import { addSources, cardOf, keepFromShelf, listingOf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

const SEEDS = Array.from({ length: 24 }, (_, i) => 7000 + i);
/** As much as a chunk of the disks here takes on its way. */
const CHUNK = 131_072;

test('a newer version is offered, not taken; it downloads what differs, and the old one boots until then', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  const listed = { id: 'chart', title: 'Chart' };
  const old = await publisher.offer({ ...listed, version: '1' }, { disk: diskOf(SEEDS), trace: [0] });
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  await keepFromShelf(page, 'Chart');
  const newer = await publisher.offer(
    { ...listed, version: '2' },
    { disk: diskOf(SEEDS.with(5, 8001).with(20, 8002)), trace: [0], config: { version: '2' } },
  );
  await page.evaluate((url) => window.portolan.sources.refresh(url), publisher.catalogUrl);
  const card = cardOf(page, 'Chart').filter({ hasText: 'The update downloads' });
  await expect(card).toContainText('1 works offline');
  const { digest } = newer.entry.manifest;
  const { local } = (await listingOf(page, digest)) ?? {};
  expect(local).toMatchObject({ name: 'update-available', here: old.entry.manifest.digest, version: '1' });
  expect(publisher.server.sent(pathOf(newer.container.disk.blob))).toBe(0);
  await expect(card.getByRole('button', { name: 'Boot 1 of Chart' })).toBeEnabled();

  const before = publisher.server.sent(/blobs/);
  await card.getByRole('button', { name: 'Update: Chart' }).click();
  await expect.poll(async () => (await listingOf(page, digest))?.local.name).toBe('offline-ready');
  const fetched = publisher.server.sent(/blobs/) - before;
  expect(fetched).toBeLessThan(3 * CHUNK);
});
