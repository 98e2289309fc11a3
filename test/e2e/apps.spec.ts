import { createHash } from 'node:crypto';
// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { appUrl, relayIsReady } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { stopServiceWorker } from './harness/service-worker.ts';
import { keepFromShelf } from './harness/shelf.ts';
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
    const sum = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nmd5sum | cut -c-32\n";
    await machine.exec(
      ['sh', '-c', 'mkdir -p /srv/www/cgi-bin; cat > /srv/www/cgi-bin/sum; chmod +x /srv/www/cgi-bin/sum'],
      { stdin: sum },
    );
    const user = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\necho $HTTP_X_USER\n";
    await machine.exec(['sh', '-c', 'cat > /srv/www/cgi-bin/user; chmod +x /srv/www/cgi-bin/user'], { stdin: user });
    await machine.exec(['busybox', 'httpd', '-p', String(port), '-h', '/srv/www']);
    return machine.id;
  }, PORT);
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
  await app.goto(appUrl(site, machine, PORT));
  await expect(app.getByRole('heading', { name: 'Isle' })).toHaveCSS('color', 'rgb(1, 2, 3)');
  await app.getByRole('link', { name: 'About' }).click();
  await expect(app.getByRole('heading', { name: 'About the isle' })).toBeVisible();
  expect(app.url()).toBe(appUrl(site, machine, PORT, '/about.html'));
});

test('a web server gets a name, headers and an address of the user’s, and what it is asked is logged', async ({
  page,
  site,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(site.url).origin });
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await serveInGuest(page);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Web servers…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Web servers in this machine' });
  await dialog.getByRole('button', { name: `Settings of port ${PORT}` }).click();
  await dialog.getByLabel('Name').fill('Isle');
  await dialog.getByLabel('Headers').fill('X-User: ada');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('These settings of the machine’s apps cannot be')).toBeVisible();
  await dialog.getByLabel('Name').fill('isle');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('heading', { name: 'isle' })).toBeVisible();
  const opened = context.waitForEvent('page');
  await dialog.getByRole('link', { name: `Open port ${PORT}` }).click();
  const app = await opened;
  await expect(app.getByRole('heading', { name: 'Isle' })).toHaveCSS('color', 'rgb(1, 2, 3)');
  expect(app.url()).toBe(`http://apps.portolan.localhost:${site.port}/app/${machine}/isle/`);
  expect(await app.evaluate(async () => (await fetch('/cgi-bin/user')).text())).toBe('ada\n');
  const { status, user } = await page.evaluate(async (port) => {
    const answer = await window.portolan.machines()[0]?.fetch(port, '/cgi-bin/user');
    return { status: answer?.status, user: await answer?.text() };
  }, PORT);
  expect({ status, user }).toEqual({ status: 200, user: 'ada\n' });
  await test.step('its tabs are loaded anew, begin where one says, and the link to a page can be handed on', async () => {
    await app.evaluate(() => document.querySelector('h1')?.remove());
    await dialog.getByRole('button', { name: `Reload the tabs of port ${PORT}` }).click();
    await expect(dialog.getByText('One tab was loaded anew.')).toBeVisible();
    await expect(app.getByRole('heading', { name: 'Isle' })).toBeVisible();
    await dialog.getByLabel(`Address in port ${PORT}`).fill('about.html');
    const begun = context.waitForEvent('page');
    await dialog.getByLabel(`Address in port ${PORT}`).press('Enter');
    await expect((await begun).getByRole('heading', { name: 'About the isle' })).toBeVisible();
    await dialog.getByRole('button', { name: `Copy the link to port ${PORT}` }).click();
    await expect(dialog.getByText('The link is copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${app.url()}about.html`);
    await dialog.getByRole('button', { name: `Share port ${PORT}` }).click();
    const share = page.getByRole('dialog', { name: 'Share Debian base' });
    await expect(share).toContainText('as it was published, and in it to port 8000, at /about.html');
    await share.getByRole('button', { name: 'Copy' }).click();
    await share.getByRole('button', { name: 'Close' }).click();
  });
  await dialog.getByText('Requests (').click();
  await expect(dialog.getByRole('row', { name: /GET :8000\/cgi-bin\/user 200/ })).toHaveCount(2);
  await expectAccessible(page, 'web servers', TWO_LOOKS);
  await dialog.getByRole('button', { name: 'Clear' }).click();
  await expect(dialog.getByText('Requests (0)')).toBeVisible();

  await test.step('whoever opens that link is led to the page, in the machine that they have', async () => {
    await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
    await expect(page.getByText(`This link leads to a page in it: port ${PORT}, at /about.html.`)).toBeVisible();
    await page.getByRole('button', { name: `Open in your machine ${machine}` }).click();
    await expect(dialog.getByText('the link leads here')).toBeVisible();
    const led = context.waitForEvent('page');
    await dialog.getByRole('link', { name: `Open port ${PORT}` }).click();
    await expect((await led).getByRole('heading', { name: 'About the isle' })).toBeVisible();
  });
});

test('an app opens with the server gone, says when its machine sleeps, and goes on when that wakes', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(/503|403|ERR_CONNECTION_REFUSED/);
  await page.goto(site.url);
  await keepFromShelf(page, 'Debian base');
  await bootFromShelf(page, 'Debian base');
  const machine = await serveInGuest(page);
  await relayIsReady(page, site);
  await site.stop();
  const app = await context.newPage();
  await app.goto(appUrl(site, machine, PORT));
  await expect(app.getByRole('heading', { name: 'Isle' })).toBeVisible();
  await page.evaluate(() => window.portolan.machines()[0]?.suspend());
  await app.reload();
  await expect(app.getByRole('heading', { name: 'does not run in any tab' })).toBeVisible();
  const link = app.getByRole('link', { name: 'Open the machine' });
  expect(await link.getAttribute('href')).toBe(`${site.url}#/machine/${machine}`);
  const answer = await app.evaluate(async () => {
    const { status } = await fetch('/app/none/80/x');
    const asleep = await fetch(location.href);
    const body: unknown = await asleep.json();
    return { other: status, status: asleep.status, body };
  });
  expect(answer).toMatchObject({ other: 403, status: 503, body: { error: { code: 'app/asleep' } } });
  await page.evaluate(() => window.portolan.machines()[0]?.resume());
  await expect(app.getByRole('heading', { name: 'Isle' })).toBeVisible();
});

test('what is sent to a server arrives whole, what comes is whole, and the service worker may end in between', async ({
  page,
  site,
  context,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await serveInGuest(page);
  const sum = await page.evaluate(async () => {
    const [guest] = window.portolan.machines();
    const made = 'head -c 8000000 /dev/urandom > /srv/www/big; md5sum /srv/www/big | cut -c-32';
    return (await guest?.exec(['sh', '-c', made]))?.stdout.trim();
  });
  const app = await context.newPage();
  await app.goto(appUrl(site, machine, PORT));
  const big = await app.evaluate(async () => {
    const bytes = new Uint8Array(await (await fetch('big')).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  });
  expect(md5(Buffer.from(big, 'latin1'))).toBe(sum);
  await stopServiceWorker(app);
  const sent = await app.evaluate(async () => {
    const body = Uint8Array.from({ length: 4_000_000 }, (_, i) => (i * 7) % 251);
    return (await fetch('cgi-bin/sum', { method: 'POST', body })).text();
  });
  expect(sent.trim()).toBe(md5(Buffer.from(Uint8Array.from({ length: 4_000_000 }, (_, i) => (i * 7) % 251))));
  const all = await app.evaluate(() =>
    Promise.all(Array.from({ length: 40 }, async (_, i) => (await fetch(`about.html?${i}`)).status)),
  );
  expect(all).toEqual(Array.from({ length: 40 }, () => 200));
});

test('a guest’s page reaches nothing of the shell, and no service worker of its own', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(
    /Failed to load resource|frame-ancestors|Refused to frame|refused to connect|A bad HTTP response code|violates the following/,
  );
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await serveInGuest(page);
  const app = await context.newPage();
  await app.goto(appUrl(site, machine, PORT));
  const found = await app.evaluate(async (shell) => {
    const worker = navigator.serviceWorker.register('sw.js', { scope: './' }).then(
      () => 'registered',
      () => 'refused',
    );
    const frame = document.createElement('iframe');
    frame.src = '/relay.html';
    const relay = new Promise<string>((resolve) => {
      frame.addEventListener('load', () => {
        // What may not be framed is of an origin of its own.
        resolve(frame.contentDocument === null ? 'refused' : 'framed');
      });
    });
    document.body.append(frame);
    const own = await indexedDB.databases();
    return {
      worker: await worker,
      relay: await relay,
      opener: window.opener === null,
      databases: own.map(({ name }) => name),
      caches: await caches.keys(),
      portolan: 'portolan' in window,
      other: (await fetch('/app/base-0000/80/')).status,
      catalog: await fetch(`${shell}api/v1/servers`).then(
        ({ status }) => status,
        () => 'refused',
      ),
    };
  }, site.url);
  expect(found).toEqual({
    worker: 'refused',
    relay: 'refused',
    opener: true,
    databases: [],
    caches: [],
    portolan: false,
    other: 403,
    // The server has no such thing, and the shell's service worker answers for its own pages.
    catalog: 404,
  });
});

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
