import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { bootFromShelf, readableTerminal, resume, suspend, typeAndSee } from './harness/machine.ts';
import { activeBuild, findUpdate, waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('a newer build comes under an open terminal: the machine runs on, and goes on in the newer build when asked', async ({
  page,
  site,
  builds,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
  const before = await activeBuild(page);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'WAYPOINT=$((6*7)); cd /var; clear', /root@portolan:\/var#/);

  const offer = page.getByRole('button', { name: 'Update', exact: true });
  await site.deploy(builds.newer);
  await findUpdate(page);
  await expect(offer).toBeVisible();
  await typeAndSee(page, 'echo at $WAYPOINT', 'at 42');
  await page.getByRole('button', { name: 'Later' }).click();
  await expect(offer).toBeHidden();
  await typeAndSee(page, 'echo later $WAYPOINT', 'later 42');
  expect(await activeBuild(page)).toBe(before);

  // At the next visit it is offered again; the machine of this visit is asked about first.
  await suspend(page);
  await page.reload();
  await resume(page);
  expect(await activeBuild(page)).toBe(before);
  await offer.click();
  const question = page.getByRole('dialog', { name: 'Update Portolan?' });
  await expect(question).toContainText(TITLE);
  await expectAccessible(page, 'question before an update', TWO_LOOKS);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await typeAndSee(page, 'echo cancelled $WAYPOINT', 'cancelled 42');

  await page.evaluate(() => Object.assign(window, { mark: 'same page' }));
  await offer.click();
  await question.getByRole('button', { name: 'Suspend and update' }).click();
  await page.waitForFunction(() => !('mark' in window));
  await waitForControl(page);
  await expect.poll(() => activeBuild(page)).toBe(`${before}-newer`);
  await expect(offer).toBeHidden();
  await resume(page);
  await typeAndSee(page, 'echo resumed $WAYPOINT in $PWD', 'resumed 42 in /var');
});
