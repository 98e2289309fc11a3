import { formatShareLink } from '#domain/share/index.ts';
import { FaultServer } from '../support/fault-server.ts';
import { bootFromShelf, readableTerminal, typeAndSee } from './harness/machine.ts';
import { waitForControl } from './harness/service-worker.ts';
import { addSources, cardOf, goTo, keepFromShelf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

test('with every server gone there are the shelf, the sources, a link to what is here, and a boot of it', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  await publisher.offer({ id: 'sextant', title: 'Sextant' });
  const mirror = await FaultServer.open('build/catalog');
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
  const mirrorUrl = `${mirror.url}catalog.json`;
  await addSources(page, [publisher.catalogUrl, mirrorUrl]);
  await keepFromShelf(page, 'Debian base');
  const manifest = await page.evaluate(async () => {
    return (await window.portolan.catalog()).find(({ entry }) => entry.id === 'base')?.entry.manifest.digest;
  });
  if (manifest === undefined) throw new Error('the catalog has no base');

  await Promise.all([publisher.server.stop(), mirror.close(), site.stop()]);
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await expect(cardOf(page, 'Debian base')).toContainText('Works offline');
  await expect(cardOf(page, 'Sextant')).toContainText('Needs a connection');
  await goTo(page, 'Sources');
  await expect(page.getByRole('listitem').filter({ hasText: publisher.catalogUrl })).toContainText('1 entry');

  await page.goto(`${site.url}${formatShareLink({ manifest, from: [mirrorUrl] })}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Debian base' })).toBeVisible();
  await bootFromShelf(page, 'Debian base');
  await typeAndSee(page, 'md5sum /usr/bin/* | wc -l; echo offline $((6*7))', 'offline 42');
});
