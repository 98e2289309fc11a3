import type { Locator, Page } from '@playwright/test';
import { diskOf } from '../support/tiny-container.ts';
import { pathOf, type Publisher } from './harness/publisher.ts';
import { crash } from './harness/renderer.ts';
import { addSources, cardOf, listingOf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

const CHUNKS = 192;
/** A line on which the containers here take some five seconds. */
const SLOW = { roundTrip: 20, bytesPerSecond: 5e6 };
/** What may still come after a word to stop: two batches of 24 chunks, which the service worker brings to their end. */
const UNDER_WAY = 2 * 24 * 131_072;

/** Chunks that no other container here has. */
function disk(first: number) {
  return diskOf(Array.from({ length: CHUNKS }, (_, i) => first + i));
}

async function publish(publisher: Publisher, title: string, first = 1000) {
  return publisher.offer({ id: title.toLowerCase(), title }, { disk: disk(first), trace: [0] });
}

/** Waits until nothing more is sent. @returns how much was */
async function untilStill(sent: () => number): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const still = before === sent();
        before = sent();
        return still;
      },
      { intervals: [600] },
    )
    .toBe(true);
  return before;
}

/** Percent that the card tells; undefined while it tells none. */
async function percentOf(card: Locator): Promise<number | undefined> {
  const text = /(\d+) %/.exec((await card.textContent()) ?? '')?.[1];
  return text === undefined ? undefined : Number(text);
}

async function waitForPercent(card: Locator, least: number): Promise<void> {
  await expect.poll(() => percentOf(card), { intervals: [50] }).toBeGreaterThanOrEqual(least);
}

const keep = (page: Page, title: string): Promise<void> =>
  page.getByRole('button', { name: `Keep offline: ${title}` }).click();

test('a download is paused, goes on at a click, after a reload and after a crash, from where it was', async ({
  page,
  context,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  const { entry, container } = await publish(publisher, 'Chart');
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  publisher.server.throttle(SLOW);
  const sent = (): number => publisher.server.sent(pathOf(container.disk.blob));
  const card = cardOf(page, 'Chart');
  await keep(page, 'Chart');
  await expect(card).toContainText(/MB\/s/);
  await expect(card).toContainText(/left/);
  await waitForPercent(card, 15);

  await card.getByRole('button', { name: 'Pause' }).click();
  await expect(card).toContainText('Paused');
  const atPause = sent();
  const paused = await untilStill(sent);
  expect(paused - atPause).toBeLessThanOrEqual(UNDER_WAY);
  await page.reload();
  await expect(card).toContainText('Paused');
  expect(await percentOf(card)).toBeGreaterThanOrEqual(15);
  expect(sent()).toBe(paused);

  await card.getByRole('button', { name: 'Resume' }).click();
  await waitForPercent(card, 60);
  await page.reload();
  await waitForPercent(card, 75);
  await crash(page);
  const next = await context.newPage();
  await next.goto(site.url);
  await expect(cardOf(next, 'Chart')).toContainText('Works offline');
  expect(await listingOf(next, entry.manifest.digest)).toMatchObject({ local: { name: 'offline-ready' } });
  // Three times it was cut off in the middle of what was on its way; all else was fetched once.
  expect(sent()).toBeLessThan(container.disk.blob.size * 1.5);
});

test('a download that is cancelled stops, and what has come stays until it is removed', async ({
  page,
  site,
  openPublisher,
}) => {
  const publisher = await openPublisher();
  const { container } = await publish(publisher, 'Chart');
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  publisher.server.throttle(SLOW);
  const card = cardOf(page, 'Chart');
  await keep(page, 'Chart');
  await waitForPercent(card, 30);
  await card.getByRole('button', { name: 'Cancel the download of Chart' }).click();
  await expect(card).toContainText(/\d+ % on this device/);
  await page.reload();
  await expect(card).toContainText(/\d+ % on this device/);
  expect(await untilStill(() => publisher.server.sent(pathOf(container.disk.blob)))).toBeLessThan(
    container.disk.blob.size,
  );

  await card.getByRole('button', { name: 'Options for Chart' }).click();
  await page.getByRole('button', { name: /^Remove .*from this device/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card).toContainText('Not on this device');
});

test('two downloads share the line, and a second tab shows both', async ({ page, context, site, openPublisher }) => {
  const publisher = await openPublisher();
  await publish(publisher, 'Chart', 2000);
  await publish(publisher, 'Log', 3000);
  await page.goto(site.url);
  await addSources(page, [publisher.catalogUrl]);
  publisher.server.throttle({ ...SLOW, bytesPerSecond: 2 * SLOW.bytesPerSecond });
  await keep(page, 'Chart');
  await keep(page, 'Log');
  const second = await context.newPage();
  await second.goto(site.url);
  for (const tab of [page, second]) {
    await waitForPercent(cardOf(tab, 'Chart'), 5);
    await waitForPercent(cardOf(tab, 'Log'), 5);
  }
  for (const tab of [page, second]) {
    await expect(cardOf(tab, 'Chart')).toContainText('Works offline');
    await expect(cardOf(tab, 'Log')).toContainText('Works offline');
  }
});
