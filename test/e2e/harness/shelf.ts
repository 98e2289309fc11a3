// The type of window.portolan.
import '../../../src/app/window.ts';
import type { Digest } from '#domain/container/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import { expect, type Locator, type Page } from '@playwright/test';

/** A container's card on the shelf. */
export function cardOf(page: Page, title: string): Locator {
  return page.getByRole('article', { name: title, exact: true });
}

/** Goes to a view of the app without loading it anew. */
export async function goTo(page: Page, place: 'Shelf' | 'Sources' | 'Storage'): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
}

/** Adds catalogs to the user's sources, as a script would. */
export async function addSources(page: Page, urls: readonly string[]): Promise<void> {
  await page.waitForFunction(() => 'portolan' in window);
  await page.evaluate(async (all) => {
    for (const url of all) await window.portolan.sources.add(url);
  }, urls);
}

/** A container as the page lists it now; undefined when it does not. */
export function listingOf(page: Page, digest: Digest): Promise<ContainerListing | undefined> {
  return page.evaluate(async (wanted) => {
    return (await window.portolan.catalog()).find(({ entry }) => entry.manifest.digest === wanted);
  }, digest);
}

/** Presses the card's button and waits until all of it is here. */
export async function keepFromShelf(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Keep offline: ${title}`, exact: true }).click();
  await expect(cardOf(page, title)).toContainText('Works offline');
}
