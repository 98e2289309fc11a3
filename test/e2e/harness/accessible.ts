import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The looks in which each view is shown: both themes, both widths. */
const LOOKS = [
  { name: 'light desktop', colorScheme: 'light', width: 1280, height: 800 },
  { name: 'dark phone', colorScheme: 'dark', width: 390, height: 844 },
  { name: 'dark desktop', colorScheme: 'dark', width: 1280, height: 800 },
  { name: 'light phone', colorScheme: 'light', width: 390, height: 844 },
] as const;
export type Look = (typeof LOOKS)[number];
/** Each theme and each width once: for views that do not stand still, or that differ from others in little. */
export const TWO_LOOKS: readonly Look[] = LOOKS.slice(0, 2);
/** The narrowest screen that pages have to fit (WCAG 2.2, 1.4.10 Reflow). */
const NARROW = { width: 320, height: 640 };

/** Expects that axe finds nothing to complain about in any of the looks, and that nothing sticks out at 320 px. */
export async function expectAccessible(page: Page, view: string, looks: readonly Look[] = LOOKS): Promise<void> {
  for (const { name, colorScheme, width, height } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await settled(page);
    // Without the legacy mode each look costs a page of its own, in which what frames of other origins say is put together.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const found = violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => `${String(target)}: ${failureSummary ?? ''}`),
    }));
    expect(found, `${view}, ${name}`).toEqual([]);
  }
  await page.setViewportSize(NARROW);
  await settled(page);
  expect(await widthOf(page), `${view}, width at ${NARROW.width} px`).toBeLessThanOrEqual(NARROW.width);
  await page.setViewportSize(LOOKS[0]);
}

/** Colours on their way from one theme to the other are no colours to judge. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const running = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(running.map((animation) => animation.finished));
  });
}

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0);
}
