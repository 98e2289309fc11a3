import type { Page } from '@playwright/test';

/** Waits until the page is controlled by an active service worker: then all of the app's files are on the device. */
export async function waitForControl(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { serviceWorker } = navigator;
    await serviceWorker.ready;
    if (serviceWorker.controller !== null) return;
    await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });
}

/** The build of the page's active service worker, asked in its own words. */
export function activeBuild(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<MessageEvent<{ build: string }>>((resolve) => {
      port1.addEventListener('message', resolve, { once: true });
      port1.start();
    });
    active?.postMessage({ type: 'IDENTIFY' }, [port2]);
    return (await answer).data.build;
  });
}

/** Makes the browser look for a newer build now, as it does by itself from time to time; waits until one waits. */
export async function findUpdate(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    while (registration.waiting === null) await new Promise((resolve) => setTimeout(resolve, 100));
  });
}

/** Ends the service worker wherever it is, as the browser may do at any moment. */
export async function stopServiceWorker(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}
