import { diskOf } from '../support/tiny-container.ts';
import { expectRunning, pressBoot, readableTerminal, typeAndSee } from './harness/machine.ts';
import { stopServiceWorker, waitForControl } from './harness/service-worker.ts';
import { addSources, cardOf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

test('the service worker may end at any moment: a boot, the machine and the catalog go on', async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
  await pressBoot(page, 'Debian base');
  const running = expectRunning(page).then(() => true);
  for (let stops = 0; stops < 6; stops++) {
    await stopServiceWorker(page);
    await page.waitForTimeout(400);
  }
  expect(await running).toBe(true);
  await stopServiceWorker(page);
  await typeAndSee(page, 'md5sum /usr/bin/* | wc -l; echo on $((6*7))', 'on 42');
  expect(await page.evaluate(async () => (await window.portolan.catalog()).length)).toBeGreaterThan(0);
});

test('and a download goes on to its end', async ({ page, site, openPublisher, problems }) => {
  // Browsers note each request whose service worker was ended under it.
  problems.expect(/ERR_FAILED.*\/(?:c|api\/v1)\//);
  const publisher = await openPublisher();
  const seeds = Array.from({ length: 64 }, (_, i) => 5000 + i);
  await publisher.offer({ id: 'chart', title: 'Chart' }, { disk: diskOf(seeds), trace: [0] });
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(page, [publisher.catalogUrl]);
  publisher.server.throttle({ roundTrip: 20, bytesPerSecond: 3e6 });
  await page.getByRole('button', { name: 'Keep offline: Chart' }).click();
  for (let stops = 0; stops < 5; stops++) {
    await page.waitForTimeout(400);
    await stopServiceWorker(page);
  }
  await expect(cardOf(page, 'Chart')).toContainText('Works offline');
});
