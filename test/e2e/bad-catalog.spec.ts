import type { Page } from '@playwright/test';
import { expectTold, noteOf } from './harness/notes.ts';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf } from './harness/variants.ts';

const HTML = '<!doctype html><title>Welcome to Hotel Wi-Fi</title><p>Please log in.';

let shelf: VariantShelf;

test.beforeEach(async ({ builds, site }) => {
  shelf = await VariantShelf.of(builds.current);
  await site.deploy(shelf.root);
});
test.afterEach(() => shelf.dispose());

/** What a visitor does when the server is said to be well again. */
async function retryAndSee(page: Page): Promise<void> {
  await shelf.publish();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('button', { name: `Boot ${shelf.base.title}` })).toBeVisible();
  await expect(page.locator('[data-code]')).toBeHidden();
}

for (const { name, catalog, detail } of [
  { name: 'a web page', catalog: HTML, detail: 'it is not JSON' },
  {
    name: 'of wrong types',
    catalog: '{"schemaVersion":1,"entries":[{"id":"base","kind":"container","title":7}]}',
    detail: 'entries.0.title: Invalid type: Expected string but received 7',
  },
]) {
  test(`a catalog that is ${name} is refused in words, and Retry shows the right one`, async ({ page, site }) => {
    await shelf.publish(catalog);
    await page.goto(site.url);
    await expectTold(page, 'format/invalid', { what: `The catalog ${site.url}catalog/catalog.json`, detail });
    await waitForControl(page);
    await retryAndSee(page);
  });
}

test('a catalog that is not on the server is told with its address, and Retry shows it once it is', async ({
  page,
  site,
  problems,
}) => {
  problems.expect(/404 \(Not Found\)/);
  await shelf.withdraw();
  await page.goto(site.url);
  await expectTold(page, 'source/not-found', { url: `${site.url}catalog/catalog.json`, status: 404 });
  await waitForControl(page);
  await retryAndSee(page);
});

test('a network that answers with its own web page takes no shelf away that was there before', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await waitForControl(page);
  const boot = page.getByRole('button', { name: `Boot ${shelf.base.title}` });
  await expect(boot).toBeVisible();
  await shelf.publish(HTML);
  for (const visit of [1, 2, 3]) {
    await page.goto(`${site.url}?visit=${visit}`);
    await expect(boot).toBeVisible();
    // The service worker looks behind the page for a newer catalog: it has to have seen the bad one.
    await page.waitForLoadState('networkidle');
  }
  await expect(noteOf(page, 'format/invalid')).toBeHidden();
});
