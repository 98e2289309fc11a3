import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expectApp } from './harness/app.ts';
import { expect, test } from './harness/test.ts';
import { waitForControl } from './harness/service-worker.ts';
import { Site } from './harness/site.ts';

for (const host of ['localhost', '127.0.0.1']) {
  test(`${host} leads to portolan.localhost, with path, query and fragment`, async ({ page, site }) => {
    await page.goto(`http://${host}:${site.port}/index.html?debug#somewhere`);
    await page.waitForURL(`${site.url}index.html?debug#somewhere`);
    await expectApp(page);
  });
}

test('where the name does not resolve, the app runs on localhost', async ({ page, site, problems }) => {
  problems.expect(/ERR_NAME_NOT_RESOLVED|ERR_FAILED/);
  await page.route(`${site.url}**`, (route) => route.abort('namenotresolved'));
  await page.goto(`http://localhost:${site.port}/?debug`);
  await expectApp(page);
  expect(page.url()).toBe(`http://localhost:${site.port}/?debug`);
});

test('the app works below a path, also offline', async ({ page, builds, problems }) => {
  // This host has nothing at the origin of apps: machines work all the same.
  problems.expect(/apps\.portolan\.localhost/);
  const root = await mkdtemp(join(tmpdir(), 'portolan-path-'));
  await symlink(resolve(builds.current), join(root, 'lab'));
  const site = await Site.open(root);
  await page.goto(`${site.url}lab/`);
  await waitForControl(page);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)).toBe(`${site.url}lab/`);
  await site.stop();
  await page.reload();
  await expectApp(page);
  await rm(root, { recursive: true });
});
