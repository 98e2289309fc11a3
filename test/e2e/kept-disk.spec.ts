// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { bootFromShelf, expectRunning, inPanel, readableTerminal, typeAndSee } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

/** Presses a button of the machine's menu. */
async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: action }).click();
}

test('what was synced is there after the tab was closed, until the machine starts over', async ({
  page,
  context,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'cat /sys/block/sda/queue/write_cache', 'write back');
  await typeAndSee(page, 'echo anchored > /root/log; sync; echo done $((6*7))', 'done 42');
  await page.close({ runBeforeUnload: false });

  const next = await context.newPage();
  await readableTerminal(next);
  await next.goto(site.url);
  await next.getByRole('button', { name: `Start ${TITLE}` }).click();
  await expectRunning(next);
  await typeAndSee(next, 'echo found $(cat /root/log)', 'found anchored');
  await typeAndSee(next, 'echo $(dmesg | grep -ciE "i/o error|ext4-fs error") errors', ' 0 errors');

  // Stopping needs no sync: the guest is asked for it.
  await typeAndSee(next, 'echo moored > /root/log; echo written $((6*7))', 'written 42');
  await next.getByRole('button', { name: 'Stop', exact: true }).click();
  await next.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(next.locator('.panel')).toContainText('kept');
  await inPanel(next, 'Start').click();
  await expectRunning(next);
  await typeAndSee(next, 'echo found $(cat /root/log)', 'found moored');

  await choose(next, 'Start over');
  await next.getByRole('dialog').getByRole('button', { name: 'Start over' }).click();
  await expectRunning(next);
  await typeAndSee(next, 'ls /root/log', 'No such file');
});
