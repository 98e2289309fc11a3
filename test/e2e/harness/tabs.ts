// The type of window.portolan.
import '../../../src/app/window.ts';
import { expect, type Locator, type Page } from '@playwright/test';
import { expectApp } from './app.ts';
import { readableTerminal } from './machine.ts';

/** Another tab of the same browser, at the same address. */
export async function openTab(page: Page, address = page.url()): Promise<Page> {
  const tab = await page.context().newPage();
  await readableTerminal(tab);
  await tab.goto(address);
  await expectApp(tab);
  return tab;
}

/** The word for the machine's state in the bar above its terminal. */
export function stateInBar(page: Page, name: string): Locator {
  return page.locator('.machine-bar').getByText(name, { exact: true });
}

export function inBar(page: Page, name: string): Locator {
  return page.locator('.machine-bar').getByRole('button', { name, exact: true });
}

export function inPanel(page: Page, name: string): Locator {
  return page.locator('.panel').getByRole('button', { name, exact: true });
}

/** Suspends the machine in its view. */
export async function suspend(page: Page): Promise<void> {
  await inBar(page, 'Suspend').click();
  await expect(stateInBar(page, 'Suspended')).toBeVisible();
}

/** What the page has to say of its machines: id and state, as scripts see them. */
export function machineStates(page: Page): Promise<string[]> {
  return page.evaluate(() => window.portolan.machines().map(({ state }) => state.name));
}
