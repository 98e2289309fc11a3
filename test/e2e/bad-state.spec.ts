import { countRows, damageStates } from './harness/kept-data.ts';
import { bootFromShelf, expectRunning } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('a suspended state that was damaged is refused and kept; the machine can be removed, or booted afresh', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect(page.locator('.machine-bar').getByText('Suspended', { exact: true })).toBeVisible();
  await damageStates(page);
  await page.locator('.panel').getByRole('button', { name: 'Resume' }).click();
  await expectTold(page, 'state/corrupt', { detail: 'a piece of it is damaged' });
  expect(await countRows(page, 'machines')).toBe(1);
  expect(await countRows(page, 'states')).toBeGreaterThan(0);

  // It is still there at the next visit, and says the same again.
  await page.goto(site.url);
  await page.reload();
  await page.getByRole('button', { name: `Resume ${TITLE}` }).click();
  await expectTold(page, 'state/corrupt', { detail: 'a piece of it is damaged' });
  await page.getByRole('button', { name: 'Start again' }).click();
  await expectRunning(page);
  await page.reload();
  await page.goto(site.url);
  await page.getByRole('button', { name: `Remove ${TITLE}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeHidden();
  expect(await countRows(page, 'machines')).toBe(0);
  expect(await countRows(page, 'states')).toBe(0);
});
