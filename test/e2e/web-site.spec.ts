import type { Page } from '@playwright/test';
import { ask, compareWithCurl, type Asked } from './harness/compare-with-curl.ts';
import { appUrl, machineId, runInGuest, writeInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const ROOT = '/var/www/html';
/** One pixel, red. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const FILES = {
  'index.html': `<!doctype html><link rel=icon href=data:,><title>Harbour</title>
    <link rel=stylesheet href=/assets/style.css><script type=module src=/assets/app.js></script>
    <h1>Harbour</h1><img src=assets/red.png alt="A red dot"><a href=quay.html>Quay</a>`,
  'quay.html': '<!doctype html><link rel=icon href=data:,><title>Quay</title><h1>The quay</h1>',
};
const ASSETS = {
  'style.css': 'h1 { color: rgb(1, 2, 3); }',
  'app.js': "import { ships } from './ships.js'; document.body.append(`${ships.length} ships`);",
  'ships.js': "export const ships = ['Ada', 'Bo', 'Cy'];",
};

const TABLE: readonly Asked[] = [
  ask(80, 'GET', '/'),
  ask(80, 'GET', '/assets/style.css'),
  ask(80, 'GET', '/assets/red.png'),
  ask(80, 'HEAD', '/assets/app.js'),
  ask(80, 'GET', '/assets/app.js', { range: 'bytes=10-19' }),
  ask(80, 'GET', '/assets/app.js', { range: 'bytes=-5' }),
  ask(80, 'GET', '/assets/app.js', { range: 'bytes=5000-' }),
  ask(80, 'GET', '/assets/app.js', { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' }),
  ask(80, 'GET', '/nothing/here'),
  ask(80, 'POST', '/index.html', {}, 'a=1'),
];

test('a site that nginx serves is whole: pages, files of all kinds, and what curl sees of them in the guest', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(/status of (?:404|405|416|500)/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian for the web');
  const machine = await machineId(page);
  const app = await context.newPage();

  await test.step('nginx runs from the start', async () => {
    await app.goto(appUrl(site, machine, 80));
    await expect(app.getByRole('heading', { name: 'This page comes from a Linux machine' })).toBeVisible();
  });

  await writeInGuest(page, ROOT, FILES);
  await writeInGuest(page, `${ROOT}/assets`, ASSETS);
  await runInGuest(page, 'base64 -d > "$1/assets/red.png"', [ROOT], PNG);

  await test.step('a page with its style, modules and images', async () => {
    await app.goto(appUrl(site, machine, 80));
    await expect(app.getByRole('heading', { name: 'Harbour' })).toHaveCSS('color', 'rgb(1, 2, 3)');
    await expect(app.getByText('3 ships')).toBeVisible();
    const width = await app
      .getByRole('img')
      .evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
    expect(width).toBe(1);
    await app.getByRole('link', { name: 'Quay' }).click();
    await expect(app.getByRole('heading', { name: 'The quay' })).toBeVisible();
  });

  await test.step('16 MB arrive as they are', async () => {
    const made = await runInGuest(
      page,
      'head -c 16777216 /dev/urandom > /dev/shm/big; ln -s /dev/shm/big "$1/big.bin"; sha256sum < /dev/shm/big',
      [ROOT],
    );
    expect(await sha256Of(app, 'big.bin')).toBe(made.split(' ')[0]);
  });

  await test.step('a hundred requests at once are all answered, each with its own answer', async () => {
    await runInGuest(page, 'for i in $(seq 0 99); do seq $((i * 40 + 1)) > "$1/n$i.txt"; done', [ROOT]);
    expect(await askAtOnce(app, 100)).toEqual([]);
  });

  await test.step('status, header fields and body are those that curl gets', async () => {
    await compareWithCurl(site, page, app, TABLE);
  });
});

function sha256Of(app: Page, url: string): Promise<string> {
  return app.evaluate(async (path) => {
    const digest = await crypto.subtle.digest('SHA-256', await (await fetch(path)).arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }, url);
}

/** Asks for files that differ in content and length. @returns those that came otherwise than they are, or with errors */
function askAtOnce(app: Page, count: number): Promise<string[]> {
  return app.evaluate(async (many) => {
    const answers = Array.from({ length: many }, async (_, i) => {
      const expected = Array.from({ length: i * 40 + 1 }, (__, line) => `${line + 1}\n`).join('');
      const text = await fetch(`/n${i}.txt`).then(
        (response) => response.text(),
        (error: unknown) => String(error),
      );
      return text === expected ? [] : [`${i}: ${text.slice(0, 80)}`];
    });
    return (await Promise.all(answers)).flat();
  }, count);
}
