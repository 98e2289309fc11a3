import { expectApp } from './harness/app.ts';
import { expect, test } from './harness/test.ts';
import { waitForControl } from './harness/service-worker.ts';

test('the app is there without the server from the first visit on', async ({ page, site }) => {
  await page.goto(site.url);
  await expectApp(page);
  await waitForControl(page);
  await site.stop();
  for (const path of ['', '?debug', 'index.html']) {
    await page.goto(new URL(path, site.url).href);
    await expectApp(page);
  }
});

test('every file of the build but the containers is on the device after the first visit', async ({ page, site }) => {
  await page.goto(site.url);
  await waitForControl(page);
  const requests = await page.evaluate(async () => {
    const names = await caches.keys();
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => new URL(url).pathname);
  });
  const kinds = new Set(requests.map((path) => path.split('.').at(-1)));
  for (const kind of ['html', 'js', 'css', 'wasm', 'webmanifest', 'png']) expect(kinds).toContain(kind);
  expect(requests.filter((path) => path.includes('/blobs/'))).toEqual([]);
});

test('the app is installable', async ({ page, site }) => {
  await page.goto(site.url);
  await waitForControl(page);
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(errors).toEqual([]);
  expect(installabilityErrors).toEqual([]);
});
