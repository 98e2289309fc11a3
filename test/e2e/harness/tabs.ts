// The type of window.portolan.
import '../../../src/app/window.ts';
import type { Page } from '@playwright/test';
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

/** What the page has to say of its machines: id and state, as scripts see them. */
export function machineStates(page: Page): Promise<string[]> {
  return page.evaluate(() => window.portolan.machines().map(({ state }) => state.name));
}
