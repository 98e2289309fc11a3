import { expect, type Page } from '@playwright/test';

/** Waits until the app itself runs: not just the first paint that stands in index.html. */
export async function expectApp(page: Page): Promise<void> {
  await page.waitForFunction(() => 'portolan' in window);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}
