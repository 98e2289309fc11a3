import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../cli/serve/server.ts';

const DIGEST = 'a'.repeat(64);
let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-serve-'));
  const root = join(folder, 'root');
  await mkdir(join(root, 'assets'), { recursive: true });
  await mkdir(join(root, 'catalog/blobs/sha256'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(root, '.hidden'), 'hidden');
  await writeFile(join(root, 'index.html'), '<p>app</p>');
  await writeFile(join(root, 'sw.js'), '');
  await writeFile(join(root, 'assets/v86-BshLEa5c.wasm'), '');
  await mkdir(join(root, 'apps/portolan'), { recursive: true });
  for (const name of ['sw.js', 'relay.html', 'start.html', 'portolan/start-12345678.js'])
    await writeFile(join(root, 'apps', name), name);
  await writeFile(join(root, 'catalog/catalog.json'), '{}');
  await writeFile(join(root, `catalog/blobs/sha256/${DIGEST}`), '0123456789');
  server = await startServer({ root, port: 0 });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, { headers, method });
}

/** `fetch` normalizes paths and forbids some headers; a raw request does neither. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('the host of apps', () => {
  const host = 'apps.portolan.localhost:1';
  const page = { host, 'sec-fetch-mode': 'navigate' };

  it('has a few files of its own', async () => {
    for (const name of ['sw.js', 'relay.html', 'portolan/start-12345678.js'])
      expect(await raw(`/${name}`, { host })).toEqual({ status: 200, body: name });
  });

  it('answers with the page that installs its service worker whatever page is asked for', async () => {
    for (const path of ['/', '/app/base-1a2b/80/', '/app/base-1a2b/80/sw.js'])
      expect(await raw(path, page)).toEqual({ status: 200, body: 'start.html' });
  });

  it('has nothing that a guest could make a service worker of, and nothing of the shell', async () => {
    for (const path of ['/app/base-1a2b/80/sw.js', '/index.html', '/catalog/catalog.json'])
      expect(await raw(path, { host })).toMatchObject({ status: 404 });
    expect(await raw('/portolan/../../index.html', { host })).toMatchObject({ status: 403 });
  });
});

describe('the server', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/sw.js', 'text/javascript; charset=utf-8'],
    ['/assets/v86-BshLEa5c.wasm', 'application/wasm'],
    ['/catalog/catalog.json', 'application/json; charset=utf-8'],
    [`/catalog/blobs/sha256/${DIGEST}`, 'application/octet-stream'],
  ])('serves %s as %s', async (path, type) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it.each([
    ['/', 'no-cache'],
    ['/sw.js', 'no-cache'],
    ['/catalog/catalog.json', 'no-cache'],
    ['/assets/v86-BshLEa5c.wasm', 'public, max-age=31536000, immutable'],
    [`/catalog/blobs/sha256/${DIGEST}`, 'public, max-age=31536000, immutable'],
  ])('lets %s be kept as %s', async (path, caching) => {
    expect((await get(path)).headers.get('cache-control')).toBe(caching);
  });

  it('lets any origin read, and no browser guess types', async () => {
    const { headers } = await get(`/catalog/blobs/sha256/${DIGEST}`);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('answers a preflight for ranges', async () => {
    const response = await get('/catalog/catalog.json', {}, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('Range');
  });

  it('serves byte ranges with a strong validator', async () => {
    const response = await get(`/catalog/blobs/sha256/${DIGEST}`, { range: 'bytes=2-4' });
    expect([response.status, await response.text()]).toEqual([206, '234']);
    expect(response.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(response.headers.get('etag')).toBe(`"sha256:${DIGEST}"`);
  });

  it('goes on with a range only of the same content', async () => {
    const path = `/catalog/blobs/sha256/${DIGEST}`;
    const same = await get(path, { range: 'bytes=8-', 'if-range': `"sha256:${DIGEST}"` });
    const other = await get(path, { range: 'bytes=8-', 'if-range': '"sha256:else"' });
    expect([same.status, await same.text()]).toEqual([206, '89']);
    expect([other.status, await other.text()]).toEqual([200, '0123456789']);
  });

  it('refuses a range past the end', async () => {
    expect((await get(`/catalog/blobs/sha256/${DIGEST}`, { range: 'bytes=99-' })).status).toBe(416);
  });

  it('says 304 for what the client has', async () => {
    const etag = (await get('/sw.js')).headers.get('etag') ?? '';
    expect((await raw('/sw.js', { 'if-none-match': etag })).status).toBe(304);
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt'])(
    'stays in its folder: %s',
    async (path) => {
      const { status, body } = await raw(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('secret');
    },
  );

  it.each([
    ['/.hidden', 404],
    ['/missing', 404],
    ['/%00', 400],
    ['/%E0%A4%A', 400],
  ])('answers %s with %i', async (path, status) => {
    expect((await raw(path)).status).toBe(status);
  });

  it('does not let a miss be kept', async () => {
    expect((await get('/assets/gone-BshLEa5c.js')).headers.get('cache-control')).toBe('no-store');
  });

  it('refuses to be written to', async () => {
    const response = await get('/index.html', {}, 'PUT');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('says that it is well', async () => {
    expect(await (await get('/health')).text()).toBe('ok\n');
  });

  it('ends at once, also with a connection open', async () => {
    const other = await startServer({ root: folder, port: 0 });
    const socket = connect(other.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await other.close();
    await closed;
    await expect(fetch(`http://127.0.0.1:${other.port}/health`)).rejects.toThrow();
  });
});

describe('a page asked for on plain loopback', () => {
  const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };

  it.each(['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:1'])('is sent home from %s', async (host) => {
    const { status, body } = await raw('/?debug', { ...navigation, host });
    expect(status).toBe(200);
    expect(body).toContain('portolan.localhost');
  });

  it('stays where the browser has found that it has to', async () => {
    expect((await raw('/', { ...navigation, host: 'localhost', cookie: 'portolan-stay=1' })).body).toBe('<p>app</p>');
  });

  it('is the app itself at home', async () => {
    expect((await raw('/', { ...navigation, host: 'portolan.localhost:8080' })).body).toBe('<p>app</p>');
  });

  it('is left alone when it is no page', async () => {
    expect((await raw('/index.html', { host: 'localhost', 'sec-fetch-mode': 'no-cors' })).body).toBe('<p>app</p>');
  });
});
