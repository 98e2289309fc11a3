import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { activeBuild, findUpdate, waitForControl } from './harness/service-worker.ts';
import type { Builds } from './harness/builds.ts';
import { expect, test } from './harness/test.ts';

/** Hashed files that only the current build has. */
async function filesThatGo({ current, newer }: Builds): Promise<string[]> {
  const [ours, theirs] = await Promise.all([current, newer].map((build) => readdir(join(build, 'assets'))));
  return (ours ?? []).filter((name) => !theirs?.includes(name) && !name.endsWith('.map'));
}

/** Past the browser's HTTP cache, which may keep files but does not promise to. */
function statuses(page: Page, names: readonly string[]): Promise<number[]> {
  return page.evaluate(
    (files) => Promise.all(files.map(async (name) => (await fetch(`assets/${name}`, { cache: 'reload' })).status)),
    [...names],
  );
}

test('a newer build is offered, not forced, and taken when the user says so', async ({ page, site, builds }) => {
  await page.goto(site.url);
  await waitForControl(page);
  const before = await activeBuild(page);
  await page.evaluate(() => Object.assign(window, { mark: 'same page' }));

  await site.deploy(builds.newer);
  await findUpdate(page);
  const offer = page.getByRole('button', { name: 'Update', exact: true });
  await expect(offer).toBeVisible();
  expect(await activeBuild(page)).toBe(before);
  expect(await page.evaluate(() => 'mark' in window)).toBe(true);

  await offer.click();
  await page.waitForFunction(() => !('mark' in window));
  await waitForControl(page);
  expect(await activeBuild(page)).toBe(`${before}-newer`);
  await expect(offer).toBeHidden();
});

test('a reload alone does not take the newer build', async ({ page, site, builds }) => {
  await page.goto(site.url);
  await waitForControl(page);
  const before = await activeBuild(page);
  await site.deploy(builds.newer);
  await findUpdate(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Update', exact: true })).toBeVisible();
  expect(await activeBuild(page)).toBe(before);
});

test('pages of the old build find all of its files, while the newer one waits and after another tab took it', async ({
  page,
  context,
  site,
  builds,
}) => {
  await page.goto(site.url);
  await waitForControl(page);
  const names = await filesThatGo(builds);
  expect(names.length).toBeGreaterThan(0);

  await site.deploy(builds.newer);
  await findUpdate(page);
  expect(new Set(await statuses(page, names))).toEqual(new Set([200]));

  const other = await context.newPage();
  await other.goto(site.url);
  await page.evaluate(() => Object.assign(window, { mark: 'same page' }));
  await other.getByRole('button', { name: 'Update', exact: true }).click();
  await expect.poll(() => activeBuild(other).catch(() => '')).toMatch(/-newer$/);
  expect(await page.evaluate(() => 'mark' in window)).toBe(true);
  expect(new Set(await statuses(page, names))).toEqual(new Set([200]));
});
