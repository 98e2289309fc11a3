import { expect as expectSoon, type Page } from '@playwright/test';
import { CatalogHost } from '../support/catalog-host.ts';
import { entryOf } from '../support/listings.ts';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const MAIL = entryOf('mail', '1', 'mail');

let host: CatalogHost;

test.beforeEach(async ({ page, site, problems }) => {
  // The browser looks for the icon of a page that names none, and logs what the API refuses.
  problems.expect(/favicon\.ico|status of 40[34] .*api\/v1/);
  host = await CatalogHost.open(MAIL);
  // Any file of the app will do: the API is there without the app's own page.
  await page.goto(`${site.url}manifest.webmanifest`);
  await page.evaluate(() => navigator.serviceWorker.register('sw.js'));
  await waitForControl(page);
});
test.afterEach(() => host.close());

interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a script of the page gets. */
function ask(page: Page, path: string, init: { method?: string; body?: string } = {}): Promise<ApiAnswer> {
  return page.evaluate(
    async ([address, options]) => {
      const response = await fetch(`api/v1/${address}`, options);
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    [path, init] as const,
  );
}

const addHost = (page: Page): Promise<ApiAnswer> =>
  ask(page, 'servers', { method: 'POST', body: JSON.stringify({ url: host.server.url, name: 'Other' }) });

test('scripts of the page add, ask, order and remove servers, and see what they list', async ({ page, site }) => {
  expect(await addHost(page)).toMatchObject({ status: 201, body: { url: host.url, name: 'Other', priority: 1 } });
  const own = `${site.url}catalog/catalog.json`;
  expect(await ask(page, 'servers')).toMatchObject({
    body: { servers: [{ url: own, embedded: true }, { url: host.url }] },
  });
  expect(await ask(page, 'catalog?q=mail')).toMatchObject({
    status: 200,
    body: { entries: [{ entry: { id: 'mail' }, mirrors: [host.url], conflicts: [], signature: { name: 'unsigned' } }] },
  });
  const remote = new URLSearchParams({ remote_url: host.url });
  expect(await ask(page, `catalog/remote?${remote}`)).toMatchObject({
    body: { url: host.url, entries: [{ id: 'mail' }] },
  });
  expect(await ask(page, 'health', { method: 'POST' })).toMatchObject({ body: { status: 'ok', servers: [{}, {}] } });
  expect(await ask(page, 'nothing')).toMatchObject({ status: 404, body: { code: 'request/not-found' } });
  const forget = new URLSearchParams({ url: host.url });
  expect(await ask(page, `servers?${forget}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
  expect(await ask(page, 'servers')).toMatchObject({ body: { servers: [{ url: own }] } });
});

test('another origin’s catalog is asked for with its ETag by the service worker', async ({ page }) => {
  await addHost(page);
  await ask(page, 'health', { method: 'POST', body: JSON.stringify({ url: host.url }) });
  const asked = host.server.requestsFor(/^\/catalog\.json$/);
  expect(asked).toMatchObject([
    { method: 'GET', status: 200, ifNoneMatch: undefined },
    { method: 'GET', status: 304, ifNoneMatch: expect.stringContaining('"') },
  ]);
});

test('all is there with all servers stopped, marked with its age, and after a reload', async ({ page, site }) => {
  await addHost(page);
  await Promise.all([site.stop(), host.server.stop()]);
  await ask(page, 'health', { method: 'POST' });
  await page.reload();
  const { body } = await ask(page, 'catalog');
  const stale = (id: string): unknown =>
    expect.objectContaining({ entry: expect.objectContaining({ id }), staleSince: expect.any(Number) });
  // Containers and runtimes.
  expect(body).toMatchObject({ entries: expect.arrayContaining(['base', 'web', 'mail', 'nginx'].map(stale)) });
});

test('pages are told when a source lists something else', async ({ page }) => {
  await addHost(page);
  await host.publish(MAIL, entryOf('db', '1', 'db'));
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    navigator.serviceWorker.addEventListener('message', ({ data }) => heard.push(data));
  });
  await ask(page, 'health', { method: 'POST', body: JSON.stringify({ url: host.url }) });
  await expectSoon
    .poll(() => page.evaluate(() => Reflect.get(window, 'heard') as unknown))
    .toEqual([{ type: 'CATALOG_CHANGED', url: host.url }, { type: 'SOURCES_CHANGED' }]);
  expect(await ask(page, 'catalog?q=db')).toMatchObject({ body: { entries: [{ mirrors: [host.url] }] } });
});

test('a form of another site cannot add a server', async ({ page, site, context }) => {
  const evil = await context.newPage();
  const name = '{&quot;url&quot;:&quot;http://evil.example/&quot;,&quot;name&quot;:&quot;';
  await evil.setContent(`<form method="post" enctype="text/plain" action="${site.url}api/v1/servers">
    <input type="submit" name="${name}" value="&quot;}"></form>`);
  await evil.locator('input').click();
  await expectSoon(evil.locator('body')).toContainText('request/foreign');
  expect(await ask(page, 'servers')).toMatchObject({ body: { servers: [{ embedded: true }] } });
});
