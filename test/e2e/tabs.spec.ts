import {
  bootFromShelf,
  expectRunning,
  inBar,
  inPanel,
  readableTerminal,
  screenOf,
  stateInBar,
  suspend,
  typeAndSee,
} from './harness/machine.ts';
import { crash } from './harness/renderer.ts';
import { stopServiceWorker, waitForControl } from './harness/service-worker.ts';
import { machineStates, openTab } from './harness/tabs.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test.beforeEach(async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
});

test('a second tab shows that the machine runs elsewhere, watches it, types, and outlives the service worker', async ({
  page,
}) => {
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo seen $((6*7))', 'seen 42');
  const tab = await openTab(page);
  await expect(stateInBar(tab, 'In another tab')).toBeVisible();
  await inPanel(tab, 'Watch').click();
  // What was there before it came, and then what it types, in both tabs.
  await expect(screenOf(tab)).toContainText('seen 42');
  await typeAndSee(tab, 'echo from the second $((5*5))', 'from the second 25');
  await expect(screenOf(page)).toContainText('from the second 25');
  await stopServiceWorker(page);
  await typeAndSee(tab, 'echo on $((7*7))', 'on 49');
  await typeAndSee(page, 'echo back $((8*8))', 'back 64');
  await expect(screenOf(tab)).toContainText('back 64');
  await inBar(tab, 'More actions').click();
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Stop watching' }).first().click();
  await stopServiceWorker(page);
  await inPanel(tab, 'Watch').click();
  await typeAndSee(tab, 'echo again $((9*9))', 'again 81');
});

test('a machine is taken over with what its shell knew, and taken back', async ({ page }) => {
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'CARGO=$((6*7)); cd /var; clear', /root@portolan:\/var#/);
  const tab = await openTab(page);
  await inPanel(tab, 'Take over').click();
  await expectRunning(tab);
  await typeAndSee(tab, 'echo cargo $CARGO in $PWD', 'cargo 42 in /var');
  await expect(stateInBar(page, 'In another tab')).toBeVisible();
  await inBar(page, 'Take over').click();
  await expectRunning(page);
  await typeAndSee(page, 'echo home $CARGO', 'home 42');
  await expect(stateInBar(tab, 'In another tab')).toBeVisible();
});

for (const { name, end } of [
  { name: 'closed', end: (page: Parameters<typeof crash>[0]) => page.close({ runBeforeUnload: false }) },
  { name: 'crashed', end: crash },
]) {
  test(`the tab of a machine is ${name}: another goes on from what is on the device`, async ({ page, problems }) => {
    // The service worker may live in the process that ends: what was asked of it then is asked again.
    problems.expect(/ERR_FAILED.*\/(?:c|api\/v1)\//);
    await bootFromShelf(page, TITLE);
    await typeAndSee(page, 'echo cargo $((6*7)) > /root/log; sync; cat /root/log', 'cargo 42');
    // A guest's sync is on the device 50 ms after it returned.
    await page.waitForTimeout(500);
    const tab = await openTab(page);
    await expect(stateInBar(tab, 'In another tab')).toBeVisible();
    await end(page);
    await expect(stateInBar(tab, 'Stopped')).toBeVisible();
    await inPanel(tab, 'Start').click();
    await expectRunning(tab);
    await typeAndSee(tab, 'cat /root/log; echo up $((5*5))', 'up 25');
    await expect(screenOf(tab)).toContainText('cargo 42');
  });
}

test('a suspended machine that is resumed in two tabs at once runs in one, and the other is told', async ({ page }) => {
  await bootFromShelf(page, TITLE);
  await suspend(page);
  const tab = await openTab(page);
  const resume = (each: typeof page) =>
    each.evaluate(async () => {
      const [machine] = window.portolan.machines();
      try {
        await machine?.resume();
        return 'runs';
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : String(error);
      }
    });
  const ends = await Promise.all([resume(page), resume(tab)]);
  expect(ends.toSorted()).toEqual(['machine/elsewhere', 'runs']);
  await expect
    .poll(async () => (await Promise.all([page, tab].map(machineStates))).flat().toSorted())
    .toEqual(['elsewhere', 'running']);
  await expect(stateInBar(ends[0] === 'runs' ? tab : page, 'In another tab')).toBeVisible();
});

test('what one tab does with its machines shows in the others', async ({ page, site }) => {
  const tab = await openTab(page, site.url);
  const machines = tab.locator('.machine-row');
  await expect(machines).toHaveCount(0);
  await bootFromShelf(page, TITLE);
  await expect(machines.getByText('In another tab')).toBeVisible();
  await suspend(page);
  await expect(machines.getByText('Suspended', { exact: true })).toBeVisible();
  await inPanel(page, 'Remove').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(machines).toHaveCount(0);
});
