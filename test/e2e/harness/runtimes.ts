import type { Locator, Page } from '@playwright/test';

/** The dialog in which packages are installed into the machine of the container `base`. */
export function installDialog(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Install packages into Debian base' });
}

export async function openInstallDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Install packages…' }).click();
  return installDialog(page);
}

/** A runtime's row in that dialog. */
export function runtimeIn(dialog: Locator, title: string): Locator {
  return dialog.getByRole('listitem').filter({ has: dialog.page().getByRole('heading', { name: title, exact: true }) });
}
