import type { Page } from '@playwright/test';

/**
 * Lets the browser grant no more than `bytes` to the origin of `url`; undefined: what it grants by itself. To be said before
 * the origin stores anything: Chromium goes by what it has found to be free for half a minute.
 */
export async function limitSpace(page: Page, url: string, bytes: number | undefined): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(url);
  await session.send('Storage.overrideQuotaForOrigin', {
    origin,
    ...(bytes === undefined ? {} : { quotaSize: bytes }),
  });
}
