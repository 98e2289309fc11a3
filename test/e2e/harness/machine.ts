// The type of window.portolan.
import '../../../src/app/window.ts';
import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Boot on the shelf's card. */
export async function pressBoot(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Boot ${title}`, exact: true }).click();
}

/** Chooses from the card's menu to boot from the disk. */
export async function pressBootFromDisk(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Options for ${title}` }).click();
  await page.getByRole('button', { name: 'Boot from disk' }).click();
}

/** Presses Boot on the shelf's card and waits for the machine's prompt. */
export async function bootFromShelf(page: Page, title: string): Promise<void> {
  await pressBoot(page, title);
  await expectRunning(page);
}

/** Boots from the disk, as the card's menu offers it, and waits for the prompt. */
export async function bootColdFromShelf(page: Page, title: string): Promise<void> {
  await pressBootFromDisk(page, title);
  await expectRunning(page);
}

export async function expectRunning(page: Page): Promise<void> {
  await expect(stateInBar(page, 'Running')).toBeVisible({ timeout: 180_000 });
}

/** The word for the machine's state in the bar above its terminal. */
export function stateInBar(page: Page, name: string): Locator {
  return page.locator('.machine-bar').getByText(name, { exact: true });
}

/** A button of the bar above its terminal. */
export function inBar(page: Page, name: string): Locator {
  return page.locator('.machine-bar').getByRole('button', { name, exact: true });
}

/** A button of what stands in place of the terminal while the machine does not run. */
export function inPanel(page: Page, name: string): Locator {
  return page.locator('.panel').getByRole('button', { name, exact: true });
}

/** Suspends the machine in its view. */
export async function suspend(page: Page): Promise<void> {
  await inBar(page, 'Suspend').click();
  await expect(stateInBar(page, 'Suspended')).toBeVisible();
}

/** Resumes the suspended machine in its view. */
export async function resume(page: Page): Promise<void> {
  await inPanel(page, 'Resume').click();
  await expectRunning(page);
}

/** From a machine that does not run, back to a shelf without it. */
export async function removeFromPanel(page: Page): Promise<void> {
  await inPanel(page, 'Remove').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Containers' })).toBeVisible();
}

/** Turns on the terminal's text for screen readers, which is how these tests read it too. */
export async function readableTerminal(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('portolan.screen-reader', 'on'));
}

/** What the terminal shows, as text. */
export function screenOf(page: Page): Locator {
  return page.locator('.xterm-accessibility');
}

/** Types a line into the terminal. */
export async function typeLine(page: Page, input: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(`${input}\n`);
}

/** Types a line into the terminal and waits until it shows `expected`, as `typeBlindlyAndSee` does. */
export async function typeAndSee(page: Page, input: string, expected: RegExp | string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await typeBlindlyAndSee(page, input, expected);
}

/**
 * Types a line where the focus is, wherever that is, and waits until the terminal shows `expected`.
 * @throws Error when it would show that whatever came of the line: it is in the line itself, or on the screen already
 */
export async function typeBlindlyAndSee(page: Page, input: string, expected: RegExp | string): Promise<void> {
  if (isIn(input, expected)) throw new Error(`“${input}” shows ${String(expected)} as soon as it is typed`);
  const before = (await screenOf(page).textContent()) ?? '';
  if (isIn(before, expected)) throw new Error(`the terminal shows ${String(expected)} before “${input}” is typed`);
  await page.keyboard.type(`${input}\n`);
  await expect(screenOf(page)).toContainText(expected);
}

/** As `toContainText` of Playwright sees it: whatever space there is counts as one. */
function isIn(text: string, expected: RegExp | string): boolean {
  const spaced = text.replaceAll(/\s+/g, ' ');
  return typeof expected === 'string' ? spaced.includes(expected) : expected.test(text);
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
