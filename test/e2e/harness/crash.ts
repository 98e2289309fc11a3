import type { Page } from '@playwright/test';

/** Ends the page's renderer as a crash does: no handler of the page runs any more. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Keeps the page from answering anybody for a while, as a long loop does; its worker goes on, and its locks stay. */
export async function hang(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate((duration) => {
    setTimeout(() => {
      for (const end = Date.now() + duration; Date.now() < end;);
    });
  }, milliseconds);
}

/** Ends the service worker wherever it is, as the browser may do at any moment. */
export async function stopServiceWorker(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

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
