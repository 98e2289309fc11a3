import type { Page } from '@playwright/test';
import * as v from 'valibot';
import { appUrl, machineId, runInGuest, writeInGuest } from './harness/guest-web.ts';
import { startProgram } from './harness/guest-programs.ts';
import { bootFromShelf } from './harness/machine.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const ROOT = '/var/www/html';
const NODE = 3000;
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

/** One request, as a page makes it and as curl does. */
interface Asked {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** An answer to it. Fields by name in lower case; the body by its SHA-256. */
interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

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
  ask(NODE, 'GET', '/?q=%C3%A9%20%2F'),
  ask(NODE, 'PUT', '/sum', { 'content-type': 'application/x-thing' }, 'thing'),
  ask(NODE, 'DELETE', '/sum'),
  ask(NODE, 'GET', '/no-content'),
  ask(NODE, 'GET', '/early-hints'),
  ask(NODE, 'GET', '/status?code=500'),
  ask(NODE, 'HEAD', '/status?code=404'),
  ask(NODE, 'GET', '/nowhere'),
];

function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Asked {
  return { port, method, path, headers, body };
}

/** curl's `%{header_json}`. */
const CurlHeaders = v.record(v.string(), v.array(v.string()));

/** Between the two ends of one connection, or of the moment. */
const NOT_COMPARED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

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
    await startProgram(page, 'app-server', NODE);
    expect(await askAtOnce(app, appUrl(site, machine, NODE), 100)).toEqual([]);
  });

  await test.step('status, header fields and body are those that curl gets', async () => {
    const inGuest = await askWithCurl(page, site);
    const inPage = await askInPage(app, appUrl(site, machine, 0).replace('/0/', '/'));
    expect(inPage).toEqual(inGuest);
  });
});

function sha256Of(app: Page, url: string): Promise<string> {
  return app.evaluate(async (path) => {
    const digest = await crypto.subtle.digest('SHA-256', await (await fetch(path)).arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }, url);
}

/** Asks for things that differ in content and length. @returns those that were answered wrongly, or with errors */
function askAtOnce(app: Page, url: string, count: number): Promise<string[]> {
  return app.evaluate(
    async ({ base, many }) => {
      const answers = Array.from({ length: many }, async (_, i) => {
        const body = `${i} `.repeat(i * 40);
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
        const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
        const answer = await fetch(`${base}sum?${i}`, { method: 'POST', body }).then(
          (response) => response.text(),
          (error: unknown) => String(error),
        );
        return answer.includes(hex) ? [] : [`${i}: ${answer}`];
      });
      return (await Promise.all(answers)).flat();
    },
    { base: url, many: count },
  );
}

/** All of the table's requests by curl in the guest, to the addresses and with the host name that pages have. */
async function askWithCurl(page: Page, { port }: Site): Promise<Seen[]> {
  const script = `while read -r line; do
    eval "set -- $line"
    curl -s -o /tmp/body -w '%{http_code}\\t%{header_json}' -H "Host: $0" "$@" | tr -d '\\n'
    printf '\\t'; { [ ! -s /tmp/body ] || cat /tmp/body; } | sha256sum | cut -c-64; rm -f /tmp/body
  done`;
  const lines = TABLE.map((asked) => curlArguments(asked).map(quoted).join(' '));
  const host = `apps.portolan.localhost:${port}`;
  const out = await runInGuest(page, script.replace('$0', host), [], `${lines.join('\n')}\n`);
  return out
    .trim()
    .split('\n')
    .map((line) => {
      const [status = '', fields = '', body = ''] = line.split('\t');
      const headers: Record<string, string> = {};
      for (const [name, values] of Object.entries(v.parse(CurlHeaders, JSON.parse(fields))))
        headers[name] = values.join(', ');
      return { status: Number(status), headers: compared(headers), body };
    });
}

function curlArguments({ port, method, path, headers, body }: Asked): string[] {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const how = method === 'HEAD' ? ['-I'] : ['-X', method];
  return [...how, ...fields, ...(body === '' ? [] : ['--data-binary', body]), `http://127.0.0.1:${port}${path}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** All of the table's requests by a page, one after the other. */
async function askInPage(app: Page, base: string): Promise<Seen[]> {
  const answers = await app.evaluate(
    async ({ table, root }) => {
      const seen: { status: number; headers: Record<string, string>; body: string }[] = [];
      for (const { port, method, path, headers, body } of table) {
        const response = await fetch(`${root}${port}${path}`, {
          method,
          headers,
          cache: 'no-store',
          ...(body !== '' && { body }),
        });
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
        const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
        seen.push({ status: response.status, headers: Object.fromEntries(response.headers), body: hex });
      }
      return seen;
    },
    { table: TABLE, root: base },
  );
  return answers.map(({ headers, ...rest }) => ({ ...rest, headers: compared(headers) }));
}

function compared(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_COMPARED.has(name)));
}
