import { countRows } from './harness/kept-data.ts';
import { damageStates, keptFiles } from './harness/kept-files.ts';
import { bootFromShelf, expectRunning, inPanel, suspend } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('a suspended state that was damaged is refused and kept; the machine boots from its disk, or is removed', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await suspend(page);
  await damageStates(page);
  await inPanel(page, 'Resume').click();
  await expectTold(page, 'state/corrupt', { detail: 'a piece of it changed' });
  expect(await countRows(page, 'machines')).toBe(1);
  expect((await keptFiles(page)).some((file) => file.includes('/state-'))).toBe(true);

  // It is still there at the next visit, and says the same again.
  await page.goto(site.url);
  await page.reload();
  await page.getByRole('button', { name: `Resume ${TITLE}` }).click();
  await expectTold(page, 'state/corrupt', { detail: 'a piece of it changed' });
  await page.getByRole('button', { name: 'Start again' }).click();
  await expectRunning(page);
  await page.reload();
  await page.goto(site.url);
  await page.getByRole('button', { name: `Remove ${TITLE}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeHidden();
  expect(await countRows(page, 'machines')).toBe(0);
  expect(await keptFiles(page)).toEqual([]);
});
