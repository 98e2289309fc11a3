import type { Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import {
  bootFromShelf,
  expectRunning,
  inBar,
  inPanel,
  readableTerminal,
  stateInBar,
  typeAndSee,
} from './harness/machine.ts';
import { noteOf } from './harness/notes.ts';
import { hang } from './harness/renderer.ts';
import { waitForControl } from './harness/service-worker.ts';
import { openTab } from './harness/tabs.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test.beforeEach(async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
});

test('a tab that does not answer is told, and whoever waits gets the machine once that tab has let go of it', async ({
  page,
}) => {
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo cargo $((6*7)) > /root/log; sync; cat /root/log', 'cargo 42');
  const tab = await openTab(page);
  await expect(stateInBar(tab, 'In another tab')).toBeVisible();
  await hang(page);
  await inPanel(tab, 'Watch').click();
  await expect(noteOf(tab, 'tab/silent')).toBeVisible();
  await inPanel(tab, 'Take over once it is free').click();
  await expect(tab.getByRole('heading', { name: 'Waiting for the other tab' })).toBeVisible();
  await inPanel(tab, 'Cancel').click();
  await inPanel(tab, 'Watch').click();
  await inPanel(tab, 'Take over once it is free').click();
  await page.close({ runBeforeUnload: false });
  await expectRunning(tab);
  await typeAndSee(tab, 'cat /root/log', 'cargo 42');
});

test('a window without a service worker says that the machine runs elsewhere, and goes on once that has suspended it', async ({
  page,
  context,
}) => {
  await bootFromShelf(page, TITLE);
  const tab = await context.newPage();
  await tab.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  await readableTerminal(tab);
  await tab.goto(page.url());
  await expect(noteOf(tab, 'tab/unreachable')).toBeVisible();
  await expect(inPanel(tab, 'Watch')).toHaveCount(0);
  await expect(inBar(tab, 'Take over')).toBeDisabled();
  await expectAccessible(tab, 'unreachable tab', TWO_LOOKS);
  await inPanel(tab, 'Take over once it is free').click();
  await expect(inPanel(tab, 'Cancel')).toBeVisible();
  await expectAccessible(tab, 'waiting for a tab', TWO_LOOKS);
  await inBar(page, 'Suspend').click();
  await expectRunning(tab);
  await expect(stateInBar(page, 'In another tab')).toBeVisible();
});

test('the states of a machine of another tab are accessible, by keyboard and on a phone', async ({ page, site }) => {
  await bootFromShelf(page, TITLE);
  const tab = await openTab(page, site.url);
  const row = tab.locator('.machine-row');
  await expect(row.getByText('In another tab')).toBeVisible();
  await expect(row).toContainText(/Running · About \d+ MB of memory/);
  await expectAccessible(tab, 'shelf with a machine of another tab');
  await row.getByRole('button', { name: `Watch ${TITLE}` }).focus();
  await tab.keyboard.press('Enter');
  await expect(tab.getByText('You see its terminal')).toBeVisible();
  await typeAndSee(tab, 'echo by keyboard $((6*7))', 'by keyboard 42');
  await expectAccessible(tab, 'watched machine');
  await tab.locator('.xterm-helper-textarea').focus();
  await tab.keyboard.press('Control+Shift+ArrowUp');
  await expect(tab.getByRole('link', { name: 'Back to the shelf' })).toBeFocused();
  await tab.getByRole('button', { name: 'Stop watching' }).first().click();
  // The way on has the focus.
  await expect(inPanel(tab, 'Watch')).toBeVisible();
  await expectAccessible(tab, 'machine of another tab');
  await tab.setViewportSize({ width: 360, height: 700 });
  await inPanel(tab, 'Take over').focus();
  await tab.keyboard.press('Enter');
  await expectRunning(tab);
});

test('two machines of one container run side by side, in one tab and in two, each with its own disk and address', async ({
  page,
}) => {
  const boot = (each: Page) =>
    each.evaluate(async () => {
      const machine = await window.portolan.boot('base');
      await machine.ready;
      return machine.id;
    });
  const tab = await openTab(page);
  const machines = [
    { where: page, id: await boot(page) },
    { where: page, id: await boot(page) },
    { where: tab, id: await boot(tab) },
  ];
  const run = ({ where, id }: (typeof machines)[number], script: string) =>
    where.evaluate(
      async ([machine, line]) => {
        const found = window.portolan.machines().find((each) => each.id === machine);
        return (await found?.exec(['sh', '-c', line]))?.stdout;
      },
      [id, script] as const,
    );
  await Promise.all(machines.map((each) => run(each, `echo ${each.id} > /root/name; sync`)));
  const names = await Promise.all(machines.map((each) => run(each, 'cat /root/name; cat /etc/machine-id')));
  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => name?.split('\n')[0])).toEqual(machines.map(({ id }) => id));
  expect(new Set(machines.map(({ id }) => id)).size).toBe(3);
  // A script of one tab reaches the machine of the other, too.
  const [first] = machines;
  expect(await run({ where: tab, id: first!.id }, 'cat /root/name')).toBe(`${first!.id}\n`);
});

test('a start that may not fit into memory says so first', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 1 }));
  await page.reload();
  await bootFromShelf(page, TITLE);
  await inBar(page, 'More actions').click();
  await expect(page.getByText(/^About \d+ MB of memory$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Back to the shelf' }).click();
  const dialog = page.getByRole('dialog');
  const boot = page.getByRole('button', { name: `Boot ${TITLE}` });
  await boot.click();
  await expect(dialog).toContainText('It may not fit into memory');
  await expectAccessible(page, 'question about memory', TWO_LOOKS);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.machine-row')).toHaveCount(1);
  await boot.click();
  await dialog.getByRole('button', { name: 'Start anyway' }).click();
  await expectRunning(page);
});
