import { forgetCatalogs } from './harness/kept-data.ts';
import type { Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import {
  bootFromShelf,
  expectRunning,
  inBar,
  inPanel,
  pressBoot,
  pressBootFromDisk,
  stateInBar,
  suspend,
} from './harness/machine.ts';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf, withConfig } from './harness/variants.ts';

const TITLE = 'Debian base';

async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeVisible();
}

test('the shelf has no accessibility violations: with containers, with its menu, with the debug panel', async ({
  page,
  site,
}) => {
  await visit(page, site.url);
  await expectAccessible(page, 'shelf');
  await page.getByRole('button', { name: `Options for ${TITLE}` }).click();
  await expectAccessible(page, 'menu of a container', TWO_LOOKS);
  await visit(page, `${site.url}?debug`);
  await expect(page.getByRole('heading', { name: 'Debug' })).toBeVisible();
  await expectAccessible(page, 'debug panel', TWO_LOOKS);
  await page.goto(`${site.url}#/machine/nowhere`);
  await expect(page.getByRole('heading', { name: 'No such machine here' })).toBeVisible();
  await expectAccessible(page, 'missing machine', TWO_LOOKS);
});

test('the shelf has no accessibility violations where there is nothing on it: empty, unreadable, offline', async ({
  page,
  site,
  builds,
  problems,
}) => {
  problems.expect(/ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
  const shelf = await VariantShelf.of(builds.current);
  await shelf.publish('{"schemaVersion":1,"entries":[]}');
  await site.deploy(shelf.root);
  await page.goto(site.url);
  await waitForControl(page);
  await expect(page.getByText('This server offers no containers yet')).toBeVisible();
  await expectAccessible(page, 'empty shelf', TWO_LOOKS);

  await shelf.publish('<!doctype html>');
  await forgetCatalogs(page);
  await page.reload();
  await expect(page.getByText('The catalog could not be read')).toBeVisible();
  await expectAccessible(page, 'shelf without a readable catalog', TWO_LOOKS);

  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText('You are offline, and nothing is kept here yet')).toBeVisible();
  await expectAccessible(page, 'offline shelf', TWO_LOOKS);
  await shelf.dispose();
});

test('a machine has no accessibility violations from its start to its end, nor have the questions about it', async ({
  page,
  site,
  builds,
}) => {
  const shelf = await VariantShelf.of(builds.current);
  const foreign = await shelf.add('foreign', 'Another architecture', withConfig({ architecture: 'arm64' }));
  await site.deploy(shelf.root);
  await visit(page, site.url);
  const dialog = page.getByRole('dialog');

  // Cold, since that takes long enough to look at it.
  await pressBootFromDisk(page, TITLE);
  await expectAccessible(page, 'starting machine', TWO_LOOKS.slice(1));
  await expectRunning(page);
  await expectAccessible(page, 'running machine');
  await inBar(page, 'Kernel log').click();
  await expectAccessible(page, 'kernel log', TWO_LOOKS);
  await inBar(page, 'Kernel log').click();
  await inBar(page, 'More actions').click();
  await expectAccessible(page, 'menu of a machine', TWO_LOOKS);
  await page.keyboard.press('Escape');
  await inBar(page, 'Restart').click();
  await expect(dialog).toBeVisible();
  await expectAccessible(page, 'question before a restart', TWO_LOOKS);
  await page.keyboard.press('Escape');
  await suspend(page);
  await expectAccessible(page, 'suspended machine', TWO_LOOKS);
  await inPanel(page, 'Remove').click();
  await expect(dialog).toBeVisible();
  await expectAccessible(page, 'question before a removal', TWO_LOOKS);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Back to the shelf' }).click();
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeVisible();
  await expectAccessible(page, 'shelf with a machine', TWO_LOOKS);

  await pressBoot(page, foreign.title);
  await expect(stateInBar(page, 'Failed')).toBeVisible();
  await expectAccessible(page, 'failed machine', TWO_LOOKS);
  await inPanel(page, 'Remove').click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await bootFromShelf(page, TITLE);
  await inBar(page, 'Stop').click();
  await expect(dialog).toBeVisible();
  await expectAccessible(page, 'question before a stop', TWO_LOOKS);
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(stateInBar(page, 'Stopped')).toBeVisible();
  await expectAccessible(page, 'stopped machine', TWO_LOOKS);
  await shelf.dispose();
});
