import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../cli/serve/server.ts';

const BLOB = `blobs/sha256/${'b'.repeat(64)}`;
let folder: string;
let server: RunningServer;
let base: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-site-'));
  const [app, catalog] = [join(folder, 'app'), join(folder, 'charts')];
  await mkdir(join(app, 'catalog'), { recursive: true });
  await mkdir(join(catalog, 'blobs/sha256'), { recursive: true });
  await writeFile(join(folder, 'secret'), 'secret');
  await writeFile(join(app, 'index.html'), '<p>app</p>');
  await writeFile(join(app, 'catalog/catalog.json'), 'the app’s own');
  await writeFile(join(catalog, 'catalog.json'), 'charts');
  await writeFile(join(catalog, 'minisign.pub'), 'key');
  await writeFile(join(catalog, BLOB), '0123456789');
  server = await startServer({ root: app, catalog, port: 0 });
  base = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${base}${path}`, { headers });

describe('a server of an app and a catalog', () => {
  it.each([
    ['/', '<p>app</p>'],
    ['/catalog/catalog.json', 'charts'],
    ['/catalog.json', 'charts'],
    ['/minisign.pub', 'key'],
    [`/catalog/${BLOB}`, '0123456789'],
    [`/${BLOB}`, '0123456789'],
  ])('has %s', async (path, content) => {
    expect(await (await get(path)).text()).toBe(content);
  });

  it.each(['/catalog/..%2f..%2fsecret', '/catalog/%2e%2e/%2e%2e/secret', '/blobs/..%2f..%2fsecret', '/catalog/gone'])(
    'has no %s',
    async (path) => {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it.each([
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-30', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=4-4', 206, '4', 'bytes 4-4/10'],
    ['bytes=8-20', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '416\n', 'bytes */10'],
    ['bytes=-0', 416, '416\n', 'bytes */10'],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('answers %s with %i', async (range, status, content, said) => {
    const response = await get(`/catalog/${BLOB}`, { range });
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
      status,
      content,
      said,
    ]);
  });

  it('goes on with a range by ETag or date, but only of the same content', async () => {
    const { headers } = await get('/catalog/catalog.json');
    const modified = headers.get('last-modified') ?? '';
    const blob = (await get(`/catalog/${BLOB}`)).headers.get('etag') ?? '';
    const ask = async (path: string, condition: string) =>
      (await get(path, { range: 'bytes=2-', 'if-range': condition })).status;
    expect(await ask(`/catalog/${BLOB}`, blob)).toBe(206);
    expect(await ask(`/catalog/${BLOB}`, '"sha256:else"')).toBe(200);
    expect(await ask('/catalog/catalog.json', modified)).toBe(206);
    expect(await ask('/catalog/catalog.json', new Date(0).toUTCString())).toBe(200);
    expect(await ask('/catalog/catalog.json', new Date(2e12).toUTCString())).toBe(200);
    expect(await ask('/catalog/catalog.json', headers.get('etag') ?? '')).toBe(200);
  });

  it('answers HEAD with all there is to know, whatever range is asked for', async () => {
    const response = await fetch(`${base}/catalog/${BLOB}`, { method: 'HEAD', headers: { range: 'bytes=2-3' } });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '10']);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
  });

  // As browsers do, fetch adds “Cache-Control: no-cache” here.
  it('says 304 to who has the list already', async () => {
    const etag = (await get('/catalog/catalog.json')).headers.get('etag') ?? '';
    const again = await get('/catalog/catalog.json', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('can be read by pages of any origin', async () => {
    const { headers } = await get(`/catalog/${BLOB}`, { origin: 'https://elsewhere.test', range: 'bytes=0-1' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Content-Range');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });
});

it('a server at an address that was asked for is at that one only', async () => {
  const other = await startServer({ root: folder, port: 0, host: '127.0.0.1' });
  expect(other.url).toBe(`http://127.0.0.1:${other.port}/`);
  await expect(fetch(`http://[::1]:${other.port}/health`)).rejects.toThrow();
  await other.close();
});
