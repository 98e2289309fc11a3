// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { bootFromShelf } from './harness/machine.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const PORT = 8000;

/** Starts a web server in the guest whose pages ask for what lies at the root, as most do. */
async function serveInGuest(page: Page): Promise<string> {
  return page.evaluate(async (port) => {
    const [machine] = window.portolan.machines();
    if (!machine) throw new Error('there is no machine');
    const files = {
      'index.html':
        '<!doctype html><link rel=icon href=data:,><title>Isle</title><link rel=stylesheet href=/style.css><h1>Isle</h1><a href=/about.html>About</a>',
      'style.css': 'h1 { color: rgb(1, 2, 3); }',
      'about.html': '<!doctype html><link rel=icon href=data:,><title>About</title><h1>About the isle</h1>',
    };
    await machine.exec(['mkdir', '-p', '/srv/www']);
    for (const [name, text] of Object.entries(files)) {
      await machine.exec(['sh', '-c', 'cat > "/srv/www/$1"', '-', name], { stdin: text });
    }
    await machine.exec(['busybox', 'httpd', '-p', String(port), '-h', '/srv/www']);
    return machine.id;
  }, PORT);
}

function appUrl({ port }: Site, machine: string, path = '/'): string {
  return `http://apps.portolan.localhost:${port}/app/${machine}/${PORT}${path}`;
}

test('a web server in the guest opens in a tab of its own, with the paths that it believes in', async ({
  page,
  site,
  context,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await serveInGuest(page);
  const app = await context.newPage();
  await app.goto(appUrl(site, machine));
  await expect(app.getByRole('heading', { name: 'Isle' })).toHaveCSS('color', 'rgb(1, 2, 3)');
  await app.getByRole('link', { name: 'About' }).click();
  await expect(app.getByRole('heading', { name: 'About the isle' })).toBeVisible();
  expect(app.url()).toBe(appUrl(site, machine, '/about.html'));
});
