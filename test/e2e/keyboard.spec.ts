import type { Page } from '@playwright/test';
import {
  bootFromShelf,
  expectRunning,
  inPanel,
  readableTerminal,
  screenOf,
  typeBlindlyAndSee,
} from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
/** More stops than any view has. */
const MOST_STOPS = 30;

/** Presses Tab until the focus is on what is called `name`. */
async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press(key);
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
    });
    if (name.test(focused)) return;
    passed.push(focused);
  }
  throw new Error(`Tab never came to ${String(name)}, only to: ${passed.join(' | ')}`);
}

test('everything goes by keyboard: boot, type, leave the terminal, suspend, go to the shelf, resume', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeVisible();
  await tabTo(page, new RegExp(`^Boot ${TITLE}$`));
  await page.keyboard.press('Enter');
  await expectRunning(page);
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await typeBlindlyAndSee(page, 'COURSE=$((6*7)); echo course $COURSE', 'course 42');
  // Tab is the guest's: it completes.
  await page.keyboard.type('cat /etc/debian_ver');
  await page.keyboard.press('Tab');
  await expect(screenOf(page)).toContainText('cat /etc/debian_version');
  await page.keyboard.press('Enter');

  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect(page.getByRole('link', { name: 'Back to the shelf' })).toBeFocused();
  await tabTo(page, /^Suspend$/);
  await page.keyboard.press('Enter');
  await expect(inPanel(page, 'Resume')).toBeFocused();
  await tabTo(page, /^Back to the shelf$/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, new RegExp(`^Resume ${TITLE}$`));
  await page.keyboard.press('Enter');
  await expectRunning(page);
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await typeBlindlyAndSee(page, 'echo still on $COURSE', 'still on 42');
});

test('who asked for less motion sees none', async ({ page, site }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    const note = ({ type, target }: Event): void => {
      moved.push(`${type} of ${target instanceof Element ? target.className : 'the document'}`);
    };
    for (const type of ['transitionrun', 'animationstart']) document.addEventListener(type, note);
  });
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await page.getByRole('link', { name: 'Back to the shelf' }).click();
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeVisible();
  expect(await page.evaluate((): unknown => Reflect.get(window, 'moved'))).toEqual([]);
});
