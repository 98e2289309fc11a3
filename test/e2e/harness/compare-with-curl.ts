import { expect, type Page } from '@playwright/test';
import * as v from 'valibot';
import { appUrl, machineId, runInGuest } from './guest-web.ts';
import type { Site } from './site.ts';

/** One request, as a page makes it and as curl does. */
export interface Asked {
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

/** A request of a table. */
export function ask(
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

/** Between the two ends of one connection, of the moment, or said by the cache that lies between. */
const NOT_COMPARED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date', 'age']);

/**
 * Makes requests from a page of the machine's server and from within the guest: both must see the same status, header fields and
 * bodies.
 * @param page has the machine
 * @param app a page of one of its servers
 */
export async function compareWithCurl(site: Site, page: Page, app: Page, table: readonly Asked[]): Promise<void> {
  const machine = await machineId(page);
  const agent = await app.evaluate(() => navigator.userAgent);
  const inGuest = await askWithCurl(page, { host: `apps.portolan.localhost:${site.port}`, agent }, table);
  const inPage = await askInPage(app, appUrl(site, machine, 0).replace('/0/', '/'), table);
  expect(inPage).toEqual(inGuest);
}

/** A request a line, as arguments in quotes. Prints status, header fields as JSON and the body's SHA-256 of each. */
const CURL = `while read -r line; do
  eval "set -- $line"
  curl -s -o /tmp/body -w '%{http_code}\\t%{header_json}' "$@" | tr -d '\\n'
  # For HEAD, curl takes the header for the body.
  [ "$1" != -I ] || : > /tmp/body
  printf '\\t'
  if [ -e /tmp/body ]; then sha256sum < /tmp/body; else sha256sum < /dev/null; fi | cut -c-64
  rm -f /tmp/body
done`;

/** All of the table's requests by curl in the guest, with the names of host and browser that pages send. */
async function askWithCurl(
  page: Page,
  { host, agent }: { readonly host: string; readonly agent: string },
  table: readonly Asked[],
): Promise<Seen[]> {
  const lines = table.map((asked) =>
    [...curlArguments(asked), '-A', agent, '-H', `Host: ${host}`].map(quoted).join(' '),
  );
  const out = await runInGuest(page, CURL, [], `${lines.join('\n')}\n`);
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
async function askInPage(app: Page, base: string, table: readonly Asked[]): Promise<Seen[]> {
  const answers = await app.evaluate(
    async ({ asked, root }) => {
      const seen: { status: number; headers: Record<string, string>; body: string }[] = [];
      for (const { port, method, path, headers, body } of asked) {
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
    { asked: table, root: base },
  );
  return answers.map(({ headers, ...rest }) => ({ ...rest, headers: compared(headers) }));
}

function compared(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_COMPARED.has(name)));
}
