import type { Page } from '@playwright/test';
import { expectRunning, readableTerminal, screenOf, stateInBar, typeAndSee } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
/** Side of the smallest target that a thumb meets well, in CSS pixels (WCAG 2.2, 2.5.5). */
const TARGET = 44;

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

/** Buttons and links that can be seen, with their size, where either side is too small. */
async function smallTargets(page: Page): Promise<string[]> {
  const targets = await page.locator('button:visible, a:visible, summary:visible').all();
  const sizes = await Promise.all(
    targets.map(async (target) => {
      const { width = 0, height = 0 } = (await target.boundingBox()) ?? {};
      const name = (await target.getAttribute('aria-label')) ?? (await target.textContent()) ?? '';
      return { name, width, height };
    }),
  );
  const small = sizes.filter(({ width, height }) => Math.min(width, height) < TARGET - 0.5);
  return small.map(({ name, width, height }) => `${name.trim()}: ${width} × ${height}`);
}

test('on a phone the terminal fits, the key row types what its keyboard cannot, and targets are large enough', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  const boot = page.getByRole('button', { name: `Boot ${TITLE}` });
  await expect(boot).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  await boot.tap();
  await expectRunning(page);
  const keys = page.getByRole('group', { name: 'Terminal keys' });
  const key = (name: string) => keys.getByRole('button', { name, exact: true });
  await expect(keys).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);

  await page.locator('.terminal-pane').tap();
  await typeAndSee(page, 'echo $(stty size | cut -d" " -f2) columns', /\d+ columns/);
  const screen = await page.locator('.xterm-screen').boundingBox();
  expect((screen?.x ?? 0) + (screen?.width ?? 0)).toBeLessThanOrEqual(390);
  const keyRow = await keys.boundingBox();
  expect((keyRow?.y ?? 0) + (keyRow?.height ?? 0)).toBeLessThanOrEqual(844);
  expect(await page.evaluate(() => document.scrollingElement?.scrollHeight)).toBeLessThanOrEqual(844);

  await page.keyboard.type('sleep 1000\n');
  await key('Ctrl').tap();
  await expect(key('Ctrl')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('c');
  await expect(key('Ctrl')).toHaveAttribute('aria-pressed', 'false');
  // With the prompt after it: until the shell reads the line itself, an arrow key is echoed as it is.
  await typeAndSee(page, 'echo status $?', /status 130\s*root@portolan:~#\s*$/);
  await page.keyboard.type('echo one two');
  await key('Left arrow').tap();
  await key('Left arrow').tap();
  await key('Left arrow').tap();
  await key('Dash').tap();
  await page.keyboard.press('Enter');
  await expect(screenOf(page)).toContainText('one -two');
  await key('Up arrow').tap();
  await key('Pipe').tap();
  await page.keyboard.type('wc -w\n');
  await expect(screenOf(page)).toContainText('one -two|wc -w');

  await page.getByRole('button', { name: 'More actions' }).tap();
  expect(await smallTargets(page)).toEqual([]);
  await page.locator('.menu').getByRole('button', { name: 'Stop', exact: true }).tap();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend instead' }).tap();
  await expect(stateInBar(page, 'Suspended')).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
});
