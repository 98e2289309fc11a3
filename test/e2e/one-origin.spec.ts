// The type of window.portolan.
import '../../src/app/window.ts';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { machineId, runInGuest, writeInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { waitForControl } from './harness/service-worker.ts';
import { goTo } from './harness/shelf.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const PORT = 8000;
const FILES = {
  'index.html':
    '<!doctype html><link rel=icon href=data:,><title>Isle</title><link rel=stylesheet href=/style.css><h1>Isle</h1><a href=/about.html>About</a>',
  'style.css': 'h1 { color: rgb(1, 2, 3); }',
  'about.html':
    '<!doctype html><link rel=icon href=data:,><title>About</title><h1>About the isle</h1><a href=/>Home</a>',
};
/** What would act on the whole origin, if a browser were told. */
const GREEDY = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\nSet-Cookie: guest=1; Path=/\\r\\nClear-Site-Data: "*"\\r\\nService-Worker-Allowed: /\\r\\n\\r\\n'
echo "$HTTP_COOKIE"
`;
const UNTRUSTED = /^The container of the machine \S+ is not trusted on this device\.$/;

/** The shell where its origin has nothing below it, as with browsers that do not resolve portolan.localhost. */
async function openShell(page: Page, context: BrowserContext, site: Site): Promise<string> {
  const url = `http://localhost:${site.port}/`;
  await context.addCookies([{ name: 'portolan-stay', value: '1', url }]);
  await page.goto(url);
  return url;
}

async function serveInGuest(page: Page): Promise<void> {
  await writeInGuest(page, '/srv/www', FILES);
  await writeInGuest(page, '/srv/www/cgi-bin', { greedy: GREEDY });
  await runInGuest(page, 'chmod +x /srv/www/cgi-bin/greedy; busybox httpd -p "$1" -h /srv/www', [String(PORT)]);
}

async function openServers(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Web servers…' }).click();
  return page.getByRole('dialog', { name: 'Web servers in this machine' });
}

test('with one origin, a machine’s pages open below the app, for as long as the user trusts the container', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(/status of (?:403|404)|A bad HTTP response code/);
  const shell = await openShell(page, context, site);
  await bootFromShelf(page, 'Debian base');
  const machine = await machineId(page);
  await serveInGuest(page);
  const address = `${shell}app/${machine}/${PORT}/`;
  const refused = await context.newPage();

  await test.step('not before', async () => {
    await refused.goto(address);
    await expect(refused.getByRole('heading', { name: UNTRUSTED })).toBeVisible();
    await expect(refused.getByRole('link', { name: 'Open the machine' })).toHaveAttribute(
      'href',
      `${shell}#/machine/${machine}`,
    );
    const answer = await refused.evaluate(async () => {
      const { status, json } = await fetch(location.href).then(async (each) => ({
        status: each.status,
        json: (await each.json()) as unknown,
      }));
      return { status, json };
    });
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'app/untrusted' } } });
  });

  const servers = await openServers(page);
  const app = await test.step('the first time they are asked what that means', async () => {
    const question = page.getByRole('dialog', { name: 'Trust Debian base?' });
    await servers.getByRole('button', { name: `Open port ${PORT}` }).click();
    await expect(question).toContainText('read and change everything that Portolan keeps in this browser');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await servers.getByRole('button', { name: `Open port ${PORT}` }).click();
    const opened = context.waitForEvent('page');
    await question.getByRole('button', { name: 'Trust and open' }).click();
    return opened;
  });

  await test.step('a page has its style, links and its way home, all by addresses at the root', async () => {
    const isle = app.getByRole('heading', { name: 'Isle' });
    await expect(isle).toHaveCSS('color', 'rgb(1, 2, 3)');
    expect([app.url(), await app.evaluate(() => window.opener === null)]).toEqual([address, true]);
    await app.getByRole('link', { name: 'About' }).click();
    await expect(app.getByRole('heading', { name: 'About the isle' })).toBeVisible();
    expect(app.url()).toBe(`${address}about.html`);
    await app.getByRole('link', { name: 'Home' }).click();
    await expect(isle).toHaveCSS('color', 'rgb(1, 2, 3)');
    expect(app.url()).toBe(address);
  });

  await test.step('its answers do nothing to the origin', async () => {
    const seen = await app.evaluate(async () => {
      await fetch('/cgi-bin/greedy');
      const answer = await fetch('/cgi-bin/greedy');
      const worker = await navigator.serviceWorker.register('worker.js', { scope: './' }).then(
        () => 'registered',
        () => 'refused',
      );
      const names = ['clear-site-data', 'service-worker-allowed', 'set-cookie'];
      const jar = (await answer.text()).trim();
      return { jar, worker, cookie: document.cookie, headers: names.filter((name) => answer.headers.has(name)) };
    });
    expect(seen).toEqual({ jar: 'guest=1', worker: 'refused', cookie: 'portolan-stay=1', headers: [] });
  });

  await test.step('with the server gone', async () => {
    await site.stop();
    await app.reload();
    await expect(app.getByRole('heading', { name: 'Isle' })).toHaveCSS('color', 'rgb(1, 2, 3)');
  });

  await test.step('taken back, the page that is open is closed out, too', async () => {
    await servers.getByRole('button', { name: 'No longer trust it' }).click();
    await expect(app.getByRole('heading', { name: UNTRUSTED })).toBeVisible();
    await servers.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('and in Storage', async () => {
    await page.evaluate(async () => {
      const [mine] = window.portolan.machines();
      if (mine) await window.portolan.trust(mine.container, true);
    });
    await app.reload();
    await expect(app.getByRole('heading', { name: 'Isle' })).toBeVisible();
    await page.getByRole('link', { name: 'Back to the shelf' }).click();
    await goTo(page, 'Storage');
    await page.getByRole('button', { name: /^No longer trust Debian base/ }).click();
    await expect(app.getByRole('heading', { name: UNTRUSTED })).toBeVisible();
    expect(await page.evaluate(() => window.portolan.trusted())).toEqual([]);
  });
});

test('where the origin of apps does not answer, their pages open below the app', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(/net::ERR_NAME_NOT_RESOLVED/);
  await context.route('http://apps.portolan.localhost:*/**', (route) => route.abort('namenotresolved'));
  await page.goto(site.url);
  await waitForControl(page);
  await expect.poll(() => page.evaluate(() => window.portolan.appPages)).toBe('shared');
});
