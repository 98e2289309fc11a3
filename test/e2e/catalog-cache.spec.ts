import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const EMPTY = '{"schemaVersion":1,"entries":[]}';
/** The same list, in other bytes. */
const NEWER = '{ "schemaVersion": 1, "entries": [] }';

let root: string;

test.beforeEach(async ({ builds }) => {
  root = await mkdtemp(join(tmpdir(), 'portolan-catalog-'));
  await cp(builds.current, root, { recursive: true, filter: (path) => !path.includes('/catalog') });
  await mkdir(join(root, 'catalog'));
  await writeFile(join(root, 'catalog/catalog.json.minisig'), '');
  await publish(EMPTY);
});
test.afterEach(() => rm(root, { recursive: true }));

function publish(catalog: string): Promise<void> {
  return writeFile(join(root, 'catalog/catalog.json'), catalog);
}

function readCatalog(page: Page): Promise<string> {
  return page.evaluate(async () => (await fetch('catalog/catalog.json')).text());
}

test('the catalog is there without the server from the first visit on', async ({ page, site }) => {
  await site.deploy(root);
  await page.goto(site.url);
  await waitForControl(page);
  await site.stop();
  expect(await readCatalog(page)).toBe(EMPTY);
});

test('a newer catalog is announced to the page, then served', async ({ page, site }) => {
  await site.deploy(root);
  await page.goto(site.url);
  await waitForControl(page);
  await publish(NEWER);
  const told = page.evaluate(async () => {
    const { serviceWorker } = navigator;
    return new Promise((resolve) => {
      serviceWorker.addEventListener('message', (event: MessageEvent<unknown>) => resolve(event.data));
      serviceWorker.startMessages();
      void fetch('catalog/catalog.json');
    });
  });
  expect(await told).toEqual({ type: 'CATALOG_CHANGED', url: `${site.url}catalog/catalog.json` });
  expect(await readCatalog(page)).toBe(NEWER);
});
