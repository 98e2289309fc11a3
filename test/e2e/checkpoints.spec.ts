// The type of window.portolan.
import '../../src/app/window.ts';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { damageStates, keptFiles } from './harness/kept-files.ts';
import { bootFromShelf, expectRunning, readableTerminal, typeAndSee } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('a machine goes back to its checkpoint, running or not, and forgets it', async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'COURSE=north; echo north > /root/course; cd /var; echo set $((6*7))', 'set 42');
  const dialog = page.getByRole('dialog');
  const openDialog = async (): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('button', { name: 'Checkpoints…' }).click();
  };
  await openDialog();
  await expect(dialog).toContainText('There are none yet.');
  await dialog.getByLabel('Name').fill('heading north');
  await dialog.getByRole('button', { name: 'Keep a checkpoint' }).click();
  await expect(dialog.getByRole('listitem')).toContainText('heading north');
  await expectAccessible(page, 'checkpoints', TWO_LOOKS);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await typeAndSee(page, 'COURSE=south; echo south > /root/course; sync; echo turned $((6*7))', 'turned 42');

  // While it runs.
  await openDialog();
  await dialog.getByRole('button', { name: 'Go back to heading north' }).click();
  await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
  await expectRunning(page);
  await expect(dialog).toBeHidden();
  await typeAndSee(page, 'echo $COURSE $(cat /root/course) in $PWD', 'north north in /var');

  // While it does not, after the page was opened again.
  await typeAndSee(page, 'echo west > /root/course; sync; echo again $((6*7))', 'again 42');
  await page.reload();
  await expect(page.locator('.panel')).toContainText('Stopped');
  await openDialog();
  await dialog.getByRole('button', { name: 'Go back to heading north' }).click();
  await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
  await expectRunning(page);
  await typeAndSee(page, 'echo $COURSE $(cat /root/course) in $PWD', 'north north in /var');

  // A damaged one changes nothing.
  await damageStates(page);
  await openDialog();
  await dialog.getByRole('button', { name: 'Go back to heading north' }).click();
  await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
  await expectTold(page, 'state/corrupt', { detail: 'a piece of it changed' });
  await dialog.getByRole('button', { name: 'Delete heading north' }).click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog).toContainText('There are none yet.');
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect((await keptFiles(page)).filter((file) => file.includes('/state-'))).toEqual([]);
  await expectRunning(page);
  await typeAndSee(page, 'echo still $COURSE', 'still north');
});
