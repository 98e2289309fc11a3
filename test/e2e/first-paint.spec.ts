import type { Page } from '@playwright/test';
import { keepMachine } from './harness/kept-data.ts';
import { inPanel } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
/** Google's Web Vitals call 0.1 good; nothing of ours has to move at all, but fonts may differ by a pixel. */
const MOST_SHIFT = 0.02;

/** Sums up what moves in each page from now on, without the user having done anything. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const value: unknown = Reflect.get(entry, 'value');
        if (typeof value === 'number') shifts.push(value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function shiftOf(page: Page): Promise<number> {
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeVisible();
  await page.waitForLoadState('networkidle');
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const shifts: unknown = Reflect.get(window, 'shifts');
    return Array.isArray(shifts) ? shifts.reduce((sum: number, value) => sum + Number(value), 0) : Number.NaN;
  });
}

test('the shelf does not shift while it loads: at the first visit, the second, and with machines on it', async ({
  page,
  site,
}) => {
  await watchShifts(page);
  await page.goto(site.url);
  expect(await shiftOf(page), 'first visit').toBeLessThan(MOST_SHIFT);
  await page.reload();
  expect(await shiftOf(page), 'second visit').toBeLessThan(MOST_SHIFT);
  await keepMachine(page, 'base-1');
  await keepMachine(page, 'base-2');
  await page.reload();
  expect(await shiftOf(page), 'visit with machines').toBeLessThan(MOST_SHIFT);
});

test('the address of a suspended machine leads to it, without a word about a machine that is missing', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeVisible();
  await keepMachine(page, 'base-1');
  await page.addInitScript(() => {
    const headings = new Set<string>();
    Object.assign(window, { headings });
    const look = (): void => {
      const heading = document.querySelector('h1')?.textContent;
      if (heading) headings.add(heading);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${site.url}#/machine/base-1`);
  await page.reload();
  await expect(page.getByRole('heading', { name: TITLE, level: 1 })).toBeVisible();
  await expect(inPanel(page, 'Resume')).toBeFocused();
  const seen = await page.evaluate((): unknown => {
    const headings: unknown = Reflect.get(window, 'headings');
    return headings instanceof Set ? [...headings] : [];
  });
  expect(seen).toContain(TITLE);
  expect(seen).not.toContain('No such machine here');
});
