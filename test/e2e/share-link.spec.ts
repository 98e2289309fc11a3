import type { Page } from '@playwright/test';
import { formatShareLink } from '#domain/share/index.ts';
import { expectTold } from './harness/notes.ts';
import { waitForControl } from './harness/service-worker.ts';
import { addSources, cardOf, keepFromShelf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

function machines(page: Page): Promise<number> {
  return page.evaluate(() => window.portolan.machines().length);
}

test('a link is copied from the card, pins the bytes, and shows what it leads to without fetching any of it', async ({
  page,
  context,
  site,
  openPublisher,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(site.url).origin });
  const publisher = await openPublisher();
  const { entry } = await publisher.offer({ id: 'sextant', title: 'Sextant', summary: 'Finds the latitude.' });
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  await cardOf(page, 'Sextant').getByRole('button', { name: 'Share Sextant' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'QR code of the link to Sextant' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${site.url}${formatShareLink({ manifest: entry.manifest.digest, from: [publisher.catalogUrl] })}`);

  const visitor = await context.newPage();
  await visitor.goto(link);
  await expect(visitor.getByRole('heading', { level: 1, name: 'Sextant' })).toBeVisible();
  await expect(visitor.getByText('Finds the latitude.')).toBeVisible();
  await expect(visitor.getByText(entry.manifest.digest)).toBeVisible();
  await expect(visitor.getByText('not signed')).toBeVisible();
  await expect(visitor.getByRole('button', { name: 'Boot Sextant' })).toBeEnabled();
  // Nothing happens by itself, however long one looks at it.
  await visitor.waitForTimeout(1500);
  expect(publisher.server.sent(/blobs/)).toBe(0);
  expect(await machines(visitor)).toBe(0);
});

test('bytes of a link may come from a server that it does not name', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  problems.expect(/ERR_CONNECTION_REFUSED/);
  const [dead, alive] = [await openPublisher(), await openPublisher()];
  const { entry } = await alive.offer({ id: 'sextant', title: 'Sextant' });
  await dead.server.stop();
  await page.goto(site.url);
  await addSources(page, [alive.catalogUrl]);
  const link = formatShareLink({ manifest: entry.manifest.digest, from: [dead.catalogUrl] });
  await page.goto(`${site.url}${link}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Sextant' })).toBeVisible();
  await page.getByRole('button', { name: 'Keep offline: Sextant' }).click();
  await expect(page.getByText('Works offline')).toBeVisible();
});

test('a link to bytes that nobody has tells who was asked, and what each said', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  problems.expect(/ERR_CONNECTION_REFUSED|404/);
  const [dead, without, lost] = [await openPublisher(), await openPublisher(), await openPublisher()];
  await dead.server.stop();
  lost.server.inject({ fault: { kind: 'status', status: 404 } });
  const digest = `sha256:${'0'.repeat(64)}`;
  const from = [dead, without, lost].map(({ catalogUrl }) => `from=${encodeURIComponent(catalogUrl)}`).join('&');
  await page.goto(`${site.url}#/boot/${digest}?${from}`);
  await expectTold(page, 'container/unavailable', { digest });
  const asked = (url: string) => page.getByRole('listitem').filter({ hasText: url });
  await expect(asked(dead.catalogUrl).locator('[data-code="source/unreachable"]')).toBeVisible();
  await expect(asked(without.catalogUrl)).toContainText('Answered, and does not have it.');
  await expect(asked(lost.catalogUrl).locator('[data-code="source/not-found"]')).toBeVisible();
  // The catalog that is found later is taken at a click.
  await expect(page.getByRole('button', { name: 'Retry' })).toBeEnabled();
});

for (const { name, link, detail } of [
  {
    name: 'without a digest',
    link: '#/boot/sha256:12',
    detail: 'the container’s digest is not sha256: and 64 hex digits',
  },
  {
    name: 'with a source that is no web address',
    link: `#/boot/sha256:${'0'.repeat(64)}?from=javascript:alert(1)`,
    detail: 'a source in it is not an http or https address',
  },
]) {
  test(`a link ${name} is explained`, async ({ page, site }) => {
    await page.goto(`${site.url}${link}`);
    await expectTold(page, 'link/invalid', { detail });
  });
}

test('a link to a container that is here is shown with no server at all', async ({ page, site, openPublisher }) => {
  const publisher = await openPublisher();
  const { entry } = await publisher.offer({ id: 'sextant', title: 'Sextant' });
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(page, [publisher.catalogUrl]);
  await keepFromShelf(page, 'Sextant');
  await publisher.server.stop();
  await site.stop();
  await page.context().setOffline(true);
  const link = formatShareLink({ manifest: entry.manifest.digest, from: [publisher.catalogUrl] });
  const visitor = await page.context().newPage();
  await visitor.goto(`${site.url}${link}`);
  await expect(visitor.getByRole('heading', { level: 1, name: 'Sextant' })).toBeVisible();
  await expect(visitor.getByText('Works offline')).toBeVisible();
});
