// The type of window.portolan.
import '../../../src/app/window.ts';
import { expect, type Page } from '@playwright/test';

/** Presses Boot on the shelf's card and waits for the machine's prompt. */
export async function bootFromShelf(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Boot ${title}` }).click();
  await expectRunning(page);
}

/** Boots from the disk, as the card's menu offers it, and waits for the prompt. */
export async function bootColdFromShelf(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Options for ${title}` }).click();
  await page.getByRole('button', { name: 'Boot from disk' }).click();
  await expectRunning(page);
}

export async function expectRunning(page: Page): Promise<void> {
  await expect(page.locator('.machine-bar').getByText('Running', { exact: true })).toBeVisible({ timeout: 180_000 });
}

/** From a machine that does not run, back to a shelf without it. */
export async function removeFromPanel(page: Page): Promise<void> {
  await page.locator('.panel').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Containers' })).toBeVisible();
}

/** Turns on the terminal's text for screen readers, which is how these tests read it too. */
export async function readableTerminal(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('portolan.screen-reader', 'on'));
}

/** Types into the terminal and waits until it shows `expected`. */
export async function typeAndSee(page: Page, input: string, expected: RegExp | string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(input);
  await page.keyboard.press('Enter');
  await expect(page.locator('.xterm-accessibility')).toContainText(expected);
}

/** Asks for a container to be kept offline, and waits until its listing says that it is. */
export async function keepOffline(page: Page, ref: string): Promise<void> {
  // The page itself looks again: waitForFunction takes the promise of an answer for the answer.
  await page.evaluate(async (id) => {
    for (let asked = false; ;) {
      const listing = (await window.portolan.catalog()).find(({ entry }) => entry.id === id);
      if (listing?.local.name === 'offline-ready') return;
      if (listing && !asked) await window.portolan.keep(listing.entry.manifest.digest);
      asked = listing !== undefined;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }, ref);
}
