import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';

const SECURE = 'https://portolan.example/';

test('a page of https cannot read a source of http, and says what would help', async ({
  page,
  context,
  site,
  problems,
}) => {
  problems.expect(/Mixed Content|ERR_|service worker|Failed to load/i);
  // The build under an https address, without certificates: the browser's own network never sees the requests.
  await context.route(`${SECURE}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const url = new URL(pathname, `http://127.0.0.1:${site.port}`).href;
    // A page that is asked for under this name would be sent to another.
    const headers = { ...route.request().headers(), 'sec-fetch-mode': 'cors', accept: '*/*' };
    await route.fulfill({ response: await route.fetch({ url, headers }) });
  });
  await page.goto(`${SECURE}#/sources`);
  await page.getByRole('button', { name: 'Add a source' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('http://harbour.example/catalog.json');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const url = 'http://harbour.example/catalog.json';
  await expectTold(page, 'source/blocked', { url, detail: 'it is http, and this page is https.' });
  expect(await page.evaluate(() => isSecureContext)).toBe(true);
  // Icons may still be on their way.
  await context.unrouteAll({ behavior: 'ignoreErrors' });
});
