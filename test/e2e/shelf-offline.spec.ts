import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('the shelf tells how much of a container is here while it is being kept, and shows it with its picture offline', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await waitForControl(page);
  const card = page.getByRole('article', { name: TITLE });
  await expect(card).toContainText(/Downloads \d+ MB/);
  await card.getByRole('button', { name: /Keep .*offline/ }).click();
  const shares = new Set<number>();
  const readShare = async (): Promise<boolean> => {
    const text = (await card.textContent()) ?? '';
    const share = /· (\d+) %/.exec(text)?.[1];
    if (share !== undefined) shares.add(Number(share));
    return text.includes('Works offline');
  };
  await expect.poll(readShare, { intervals: [50], timeout: 180_000 }).toBe(true);
  expect(shares.size, [...shares].join(', ')).toBeGreaterThan(1);
  expect([...shares]).toEqual([...shares].toSorted((a, b) => a - b));

  await site.stop();
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await expect(card).toContainText('Works offline');
  const picture = card.locator('img');
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeEnabled();
});
