import type { Page } from '@playwright/test';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf } from './harness/variants.ts';

/** What the panel says beside a name. */
function fact(page: Page, name: string | RegExp) {
  return page
    .locator('.fact')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd');
}

test('the debug panel shows the service worker, the caches, the quota, the engine and what went wrong, and copies it', async ({
  page,
  context,
  site,
  builds,
  problems,
}) => {
  problems.expect(/404 \(Not Found\)|a mast broke/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(site.url).origin });
  const shelf = await VariantShelf.of(builds.current);
  await shelf.withdraw();
  await site.deploy(shelf.root);
  await page.goto(site.url);
  await waitForControl(page);
  await page.goto(`${site.url}?debug`);
  const panel = page.getByRole('complementary', { name: 'Debug' });
  await expect(panel).toBeVisible();
  await expect(fact(page, 'Service worker')).toHaveText('activated; controls this page');
  await expect(fact(page, /^workbox-precache/)).toHaveText(/^[1-9]\d*$/);
  await expect(fact(page, 'Engine')).toHaveText(/^v86 0\.5\.\d+/);
  await expect(fact(page, 'Storage')).toHaveText(/^[\d.,]+ [kMG]?B of [\d.,]+ [MGT]B, may be cleared by the browser$/);
  await expect(fact(page, 'Build')).toHaveText(/^[0-9a-f]{12} \(protocol \d+\)$/);
  await expect(panel.getByText('source/not-found').first()).toBeVisible();

  // What goes wrong while one looks appears by itself.
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('a mast broke');
    });
  });
  await expect(panel.getByText('a mast broke')).toBeVisible();

  await panel.getByRole('button', { name: 'Copy report' }).click();
  await expect(panel.getByText('Copied')).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['Portolan report', 'Service worker: activated', 'Caches:', 'source/not-found', 'a mast broke']) {
    expect(report).toContain(part);
  }
  await panel.getByRole('button', { name: 'Close the debug panel' }).click();
  await expect(panel).toBeHidden();
  expect(page.url()).not.toContain('debug');
  await shelf.dispose();
});
