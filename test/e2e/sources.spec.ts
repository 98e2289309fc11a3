import { AppError } from '#domain/errors/index.ts';
import type { Page } from '@playwright/test';
import { expectTold } from './harness/notes.ts';
import { addSources, cardOf, goTo, listingOf } from './harness/shelf.ts';
import { diskOf } from '../support/tiny-container.ts';
import { expect, test } from './harness/test.ts';

/** The row of a source in the list. */
function rowOf(page: Page, url: string) {
  return page.getByRole('listitem').filter({ hasText: url });
}

async function enterSource(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a source' }).click();
  await page.getByRole('dialog').getByLabel('Address').fill(address);
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
}

async function ask(page: Page, url: string, item: string): Promise<void> {
  await rowOf(page, url)
    .getByRole('button', { name: /^Options for/ })
    .click();
  await page.getByRole('button', { name: item }).click();
}

test('a source is added by its folder’s address, turned off and on, and removed; the shelf follows', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  await publisher.offer({ id: 'sextant', title: 'Sextant' });
  await page.goto(`${site.url}#/sources`);
  await enterSource(page, publisher.server.url);
  const row = rowOf(page, publisher.catalogUrl);
  await expect(row).toContainText('Answers');
  await expect(row).toContainText('1 entry');
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).toBeVisible();

  await goTo(page, 'Sources');
  await row.getByRole('switch').click();
  await expect(row).toContainText('Off');
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).toBeHidden();
  await page.reload();
  await expect(cardOf(page, 'Debian base')).toBeVisible();
  await expect(cardOf(page, 'Sextant')).toBeHidden();

  await goTo(page, 'Sources');
  await row.getByRole('switch').click();
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).toBeVisible();
  await goTo(page, 'Sources');
  await ask(page, publisher.catalogUrl, 'Remove…');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toBeHidden();
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).toBeHidden();
});

test('the same bytes from two sources are one card, delivered by the one that the user puts first', async ({
  page,
  site,
  openPublisher,
}) => {
  const [first, second] = [await openPublisher(), await openPublisher()];
  for (const publisher of [first, second]) await publisher.offer({ id: 'sextant', title: 'Sextant' });
  await page.goto(site.url);
  await addSources(page, [first.catalogUrl, second.catalogUrl]);
  await expect(cardOf(page, 'Sextant')).toHaveCount(1);
  await expect(cardOf(page, 'Sextant')).toContainText('and 1 more');

  await goTo(page, 'Sources');
  await rowOf(page, second.catalogUrl)
    .getByRole('button', { name: /^Move .* up$/ })
    .click();
  await expect
    .poll(() => page.evaluate(async () => (await window.portolan.sources.list()).map(({ url }) => url)))
    .toEqual([`${site.url}catalog/catalog.json`, second.catalogUrl, first.catalogUrl]);
  await goTo(page, 'Shelf');
  await page.getByRole('button', { name: 'Keep offline: Sextant' }).click();
  await expect(cardOf(page, 'Sextant')).toContainText('Works offline');
  expect(second.server.sent(/blobs/)).toBeGreaterThan(0);
  expect(first.server.sent(/blobs/)).toBe(0);
});

test('other bytes under the same name are the user’s to choose between', async ({ page, site, openPublisher }) => {
  const [first, second] = [await openPublisher(), await openPublisher()];
  const one = await first.offer({ id: 'sextant', title: 'Sextant' }, { disk: diskOf([11]), trace: [0] });
  const other = await second.offer({ id: 'sextant', title: 'Sextant' }, { disk: diskOf([12]), trace: [0] });
  await page.goto(site.url);
  await addSources(page, [first.catalogUrl, second.catalogUrl]);
  const card = cardOf(page, 'Sextant');
  await expect(card).toContainText('Sources offer different contents under this name');
  await expect(card.getByRole('button', { name: 'Boot Sextant' })).toBeHidden();
  const chosenForMe = page.evaluate(() => window.portolan.boot('sextant').then(() => 'booted', String));
  const refused = new AppError('container/ambiguous', { ref: 'sextant', count: 2 });
  expect(await chosenForMe).toContain(refused.message);

  await card.getByRole('radio').nth(1).check();
  await page.getByRole('button', { name: 'Keep offline: Sextant' }).click();
  await expect.poll(async () => (await listingOf(page, other.entry.manifest.digest))?.local.name).toBe('offline-ready');
  expect((await listingOf(page, one.entry.manifest.digest))?.conflicts).toEqual([other.entry.manifest.digest]);
  expect(first.server.sent(/blobs/)).toBe(0);
});

test('a source that dies keeps its entries, says since when, and is well again at a click', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  problems.expect(/Failed to load resource/);
  const publisher = await openPublisher();
  await publisher.offer({ id: 'sextant', title: 'Sextant' });
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  // What has not changed is not sent again.
  await page.evaluate((url) => window.portolan.sources.refresh(url), publisher.catalogUrl);
  const last = publisher.server.requestsFor(/catalog\.json$/).at(-1);
  expect(last).toMatchObject({ status: 304, sent: 0 });
  expect(last?.ifNoneMatch).toBeTruthy();

  await publisher.server.stop();
  await goTo(page, 'Sources');
  const row = rowOf(page, publisher.catalogUrl);
  await ask(page, publisher.catalogUrl, 'Refresh now');
  await expect(row).toContainText('Does not answer');
  await expect(row.locator('[data-code="source/unreachable"]')).toContainText(publisher.catalogUrl);
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).toContainText('Its source does not answer');
  await expect(cardOf(page, 'Debian base')).not.toContainText('Its source does not answer');

  await publisher.server.start();
  publisher.server.inject({ fault: { kind: 'status', status: 503 }, times: 1 });
  await goTo(page, 'Sources');
  await row.getByRole('button', { name: 'Try now' }).click();
  await expectTold(page, 'source/server-error', { url: publisher.catalogUrl, status: 503 });
  await row.getByRole('button', { name: 'Try now' }).click();
  await expect(row).toContainText('Answers');
  await goTo(page, 'Shelf');
  await expect(cardOf(page, 'Sextant')).not.toContainText('Its source does not answer');
});

const entry = {
  id: 'sextant',
  kind: 'container',
  title: 'Sextant',
  summary: '',
  version: '1',
  tags: [],
  size: 1,
  manifest: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 1 },
};
const list = (...entries: readonly unknown[]): string => JSON.stringify({ schemaVersion: 1, entries });

const HOSTILE = [
  { name: 'a web page', catalog: '<!doctype html><title>Welcome' },
  { name: 'wrong types', catalog: list({ ...entry, title: 7 }) },
  { name: 'a manifest at another address', catalog: list({ ...entry, manifest: 'file:///etc/passwd' }) },
  { name: 'a million entries', catalog: `{"schemaVersion":1,"entries":[${'{},'.repeat(1e6)}{}]}` },
  { name: 'a prototype in place of entries', catalog: '{"schemaVersion":1,"__proto__":{"entries":[]}}' },
];

test('a catalog that is none is refused in words, when it is added and when it was good before; words of a good one are text', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  // The browser logs what is not there, and what the service worker answers of it.
  problems.expect(/Failed to load resource/);
  await page.goto(`${site.url}#/sources`);
  for (const { name, catalog } of HOSTILE) {
    await test.step(name, async () => {
      const publisher = await openPublisher();
      await publisher.folder.publish(catalog);
      await enterSource(page, publisher.server.url);
      const dialog = page.getByRole('dialog');
      await expect(dialog.locator('[data-code="format/invalid"]')).toBeVisible();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      const row = rowOf(page, publisher.catalogUrl);
      await expect(row).toBeHidden();

      await publisher.folder.publish(list(entry));
      await enterSource(page, publisher.server.url);
      await expect(row).toContainText('1 entry');
      await publisher.folder.publish(catalog);
      await ask(page, publisher.catalogUrl, 'Refresh now');
      await expect(row.locator('[data-code="format/invalid"]')).toBeVisible();
      await expect(row).toContainText('1 entry');
    });
  }
  const publisher = await openPublisher();
  const title = '<img src=x onerror="window.broken=1">';
  const manifest = { ...entry.manifest, digest: `sha256:${'b'.repeat(64)}` };
  const markup = {
    ...entry,
    id: 'markup',
    manifest,
    title,
    summary: '<script>window.broken=1</script>',
    tags: ['<b>'],
  };
  await publisher.folder.publish(list(markup));
  await addSources(page, [publisher.catalogUrl]);
  await goTo(page, 'Shelf');
  await expect(cardOf(page, title)).toContainText('<script>window.broken=1</script>');
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
  await expect(cardOf(page, 'Sextant')).toContainText('Its source does not answer');
  await expect(cardOf(page, 'Debian base').getByRole('button', { name: 'Boot Debian base' })).toBeEnabled();
});

test('a name that nobody knows is told with its address, and what is no address of a catalog is no source', async ({
  page,
  site,
  problems,
}) => {
  // What is no address at all is taken for a name.
  problems.expect(/Failed to load resource/);
  await page.goto(`${site.url}#/sources`);
  for (const address of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://user:word@127.0.0.1/',
    'not an address',
  ]) {
    await test.step(address, async () => {
      await enterSource(page, address);
      const dialog = page.getByRole('dialog');
      await expect(dialog.locator('[data-code]')).toBeVisible();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });
  }
  expect(await page.evaluate(async () => (await window.portolan.sources.list()).length)).toBe(1);
});
