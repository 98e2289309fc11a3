// The type of window.portolan.
import '../../src/app/window.ts';
import { IS_FULL } from '../support/full.ts';
import { keptFiles } from './harness/kept-files.ts';
import { bootFromShelf, readableTerminal, resume, screenOf, suspend, typeAndSee } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
const CYCLES = IS_FULL ? 10 : 3;

test('a machine is suspended with vi open, and goes on in it after the page was opened again', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'busybox vi /root/log', /- \/root\/log 1\/1 100%/);
  await page.keyboard.type('iDay one: wind from the north');
  await expect(screenOf(page)).toContainText('Day one: wind from the north');
  await suspend(page);
  await page.reload();
  await resume(page);
  // The screen is there without a key pressed, and vi is still inserting.
  await expect(screenOf(page)).toContainText('Day one: wind from the north');
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(', then calm');
  await page.keyboard.press('Escape');
  await page.keyboard.type(':wq\n');
  await typeAndSee(page, 'clear; cat /root/log', 'Day one: wind from the north, then calm');
});

test(`a machine is suspended and resumed ${CYCLES} times, and leaves one state behind`, async ({ page, site }) => {
  test.setTimeout(600_000);
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'N=0; cd /var; echo begun $((6*7))', 'begun 42');
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    await typeAndSee(page, `N=$((N+1)); echo $N >> /root/counted; echo cycle $N.`, `cycle ${cycle}.`);
    await suspend(page);
    expect((await keptFiles(page)).filter((file) => file.includes('/state-'))).toHaveLength(1);
    await resume(page);
  }
  await typeAndSee(
    page,
    'clear; echo $N in $PWD, $(wc -l < /root/counted) lines',
    `${CYCLES} in /var, ${CYCLES} lines`,
  );
});
