import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sources } from '#ports/sources.ts';
import { ApiServer, SourcesClient } from '#storage/index.ts';
import { CatalogHost } from '../support/catalog-host.ts';
import { failureOf } from '../support/failure.ts';
import { entryOf } from '../support/listings.ts';
import { directoryOf, type DirectoryBench } from './support/directories.ts';

const SCOPE = 'https://app.example/lab/';
const BASE = entryOf('base', '1', 'base');
const WEB = entryOf('web', '1', 'web', { kind: 'runtime', title: 'Wébserver' });

let own: CatalogHost;
let other: CatalogHost;
let bench: DirectoryBench;
let server: ApiServer;
let client: SourcesClient;

beforeEach(async () => {
  [own, other] = await Promise.all([CatalogHost.open(BASE), CatalogHost.open(WEB)]);
  bench = directoryOf(own.url);
  server = new ApiServer({ scope: SCOPE, sources: bench.directory, build: 'b1' });
  client = new SourcesClient(SCOPE, (request) => call(request));
});
afterEach(() => Promise.all([own.close(), other.close()]));

function call(request: Request): Promise<Response> {
  return server.answer(request) ?? Promise.reject(new Error(`${request.url} is none of its own`));
}

function ask(path: string, init?: RequestInit): Promise<Response> {
  return call(new Request(`${SCOPE}api/v1/${path}`, init));
}

async function read(path: string, init?: RequestInit): Promise<unknown> {
  return (await ask(path, init)).json();
}

describe('the API', () => {
  it('answers below its own address only', () => {
    for (const path of ['', 'api/v1', 'api/v2/catalog', 'catalog/catalog.json', '../api/v1/catalog']) {
      expect(server.answer(new Request(new URL(path, SCOPE)))).toBeUndefined();
    }
    expect(server.answer(new Request('https://other.example/lab/api/v1/catalog'))).toBeUndefined();
  });

  it('gives the merged catalog', async () => {
    await bench.directory.refresh();
    await bench.directory.add(other.url);
    const response = await ask('catalog');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    const unsigned = { name: 'unsigned' };
    expect(await response.json()).toEqual({
      entries: [
        { entry: BASE, mirrors: [own.url], conflicts: [], signature: unsigned },
        { entry: WEB, mirrors: [other.url], conflicts: [], signature: unsigned },
      ],
      foreign: [],
    });
  });

  it.each([
    ['?q=webSERVER', ['web']],
    ['?kind=container', ['base']],
    ['?q=tests', ['base', 'web']],
    ['?q=nothing%20at%20all', []],
  ])('filters it: %s', async (query, ids) => {
    await bench.directory.refresh();
    await bench.directory.add(other.url);
    expect(await read(`catalog${query}`)).toMatchObject({ entries: ids.map((id) => ({ entry: { id } })) });
  });

  it('filters it by source', async () => {
    await bench.directory.refresh();
    await bench.directory.add(other.url);
    const query = new URLSearchParams({ source: other.url });
    expect(await read(`catalog?${query}`)).toMatchObject({ entries: [{ entry: { id: 'web' } }] });
  });

  it('reads a catalog that is no source, and keeps nothing of it', async () => {
    const query = new URLSearchParams({ remote_url: other.server.url });
    expect(await read(`catalog/remote?${query}`)).toEqual({
      url: other.url,
      entries: [WEB],
      foreign: [],
      signature: { name: 'unsigned' },
    });
    expect(await bench.directory.list()).toHaveLength(1);
  });

  it('tells how the sources do, and asks those that are due behind it', async () => {
    expect(await read('health')).toMatchObject({
      status: 'ok',
      version: 'b1',
      entries_count: 0,
      servers: [{ url: own.url, health: { failures: 0 } }],
    });
    await bench.directory.idle();
    expect(await read('health')).toMatchObject({ entries_count: 1 });
    await own.server.stop();
    expect(await read('health', { method: 'POST', body: '{}' })).toMatchObject({
      status: 'down',
      entries_count: 1,
      servers: [{ stale: true, health: { error: { code: 'source/unreachable' } } }],
    });
    await bench.directory.add(other.url);
    expect(await read('health')).toMatchObject({ status: 'degraded' });
  });

  it('adds, changes and removes servers', async () => {
    const add = (settings: object): RequestInit => ({
      method: 'POST',
      body: JSON.stringify({ url: other.url, ...settings }),
    });
    const added = await ask('servers', add({ name: 'Mine' }));
    expect([added.status, await added.json()]).toMatchObject([201, { url: other.url, name: 'Mine', priority: 1 }]);
    const again = await ask('servers', add({ priority: 0 }));
    expect([again.status, await again.json()]).toMatchObject([200, { name: 'Mine', priority: 0 }]);
    const patched = await ask('servers', { ...add({ enabled: false }), method: 'PATCH' });
    expect([patched.status, await patched.json()]).toMatchObject([200, { enabled: false }]);
    expect(await read('servers')).toMatchObject({ servers: [{ url: other.url }, { url: own.url }] });
    const removed = await ask(`servers?${new URLSearchParams({ url: other.url })}`, { method: 'DELETE' });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(await read('servers')).toMatchObject({ servers: [{ url: own.url }] });
  });

  it('answers HEAD as GET, without a body', async () => {
    const response = await ask('servers', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('the API refuses', () => {
  it.each<[string, string, RequestInit, number, string]>([
    ['what is not there', 'nothing', {}, 404, 'request/not-found'],
    ['what every object has', 'constructor', {}, 404, 'request/not-found'],
    ['a path with more', 'catalog/', {}, 404, 'request/not-found'],
    ['a query that it does not know', 'catalog?x=1', {}, 400, 'request/invalid'],
    ['a kind that there is not', 'catalog?kind=boat', {}, 400, 'request/invalid'],
    ['no address', 'catalog/remote', {}, 400, 'request/invalid'],
    ['no server’s address', 'catalog/remote?remote_url=file:///x', {}, 400, 'source/bad-address'],
    ['nobody', 'catalog/remote?remote_url=http://nobody.invalid/', {}, 502, 'source/unreachable'],
    ['a body that is no JSON', 'servers', { method: 'POST', body: 'url=x' }, 400, 'request/invalid'],
    ['a body without an address', 'servers', { method: 'POST' }, 400, 'request/invalid'],
    [
      'a body that says more',
      'servers',
      { method: 'POST', body: '{"url":"http://x.example/","__proto__":1}' },
      400,
      'request/invalid',
    ],
    [
      'a priority below the first',
      'servers',
      { method: 'POST', body: '{"url":"http://x.example/","priority":-1}' },
      400,
      'request/invalid',
    ],
    [
      'a body that is too long',
      'servers',
      { method: 'POST', body: JSON.stringify({ url: 'x'.repeat(70_000) }) },
      400,
      'request/invalid',
    ],
    ['to change an unknown server', 'servers', { method: 'PATCH', body: '{"url":"x"}' }, 404, 'source/unknown'],
    ['to forget an unknown server', 'servers?url=x', { method: 'DELETE' }, 404, 'source/unknown'],
    ['to ask an unknown server', 'health', { method: 'POST', body: '{"url":"x"}' }, 404, 'source/unknown'],
    ['another origin', 'servers', { headers: { Origin: 'https://evil.example' } }, 403, 'request/foreign'],
  ])('%s (%s)', async (_, path, init, status, code) => {
    const response = await ask(path, init);
    expect(response.headers.get('Portolan-Error')).toBe(code);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    expect(await bench.directory.list()).toHaveLength(1);
  });

  it('to forget this server', async () => {
    const response = await ask(`servers?${new URLSearchParams({ url: own.url })}`, { method: 'DELETE' });
    expect([response.status, await response.json()]).toEqual([409, { code: 'source/embedded', data: {} }]);
  });

  it.each([
    ['catalog', 'POST', 'GET, HEAD'],
    ['catalog/remote', 'OPTIONS', 'GET, HEAD'],
    ['health', 'DELETE', 'GET, HEAD, POST'],
    ['servers', 'PUT', 'GET, HEAD, POST, PATCH, DELETE'],
  ])('%s by %s, and says what it takes', async (path, method, allow) => {
    const response = await ask(path, { method });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, allow]);
    expect(await response.json()).toMatchObject({ code: 'request/method', data: { method, allowed: allow } });
  });

  it('a catalog that is none, and a server whose signature is wrong', async () => {
    await other.write('catalog.json', '<!doctype html>');
    const response = await ask('servers', { method: 'POST', body: JSON.stringify({ url: other.url }) });
    expect([response.status, await response.json()]).toMatchObject([502, { code: 'format/invalid' }]);
  });
});

describe('the page’s side', () => {
  it('has what the directory has', async () => {
    const same = async (work: (sources: Sources) => Promise<unknown>): Promise<void> => {
      expect(await work(client)).toEqual(await work(bench.directory));
    };
    await client.refresh();
    expect(await client.add(other.server.url, { name: 'Other' })).toMatchObject({ url: other.url, name: 'Other' });
    await same((sources) => sources.list());
    await same((sources) => sources.update(other.url, { priority: 0 }));
    await other.server.stop();
    await client.refresh(other.url);
    await same((sources) => sources.list());
    expect(await client.catalog()).toEqual(await bench.directory.catalog());
    await client.remove(other.url);
    await same((sources) => sources.list());
    expect(await client.remote(own.url)).toEqual(await bench.directory.remote(own.url));
    bench.clock.time += 60_000;
    const asked = own.server.requests.length;
    await client.check();
    await bench.directory.idle();
    expect(own.server.requests.length).toBe(asked + 1);
  });

  it('has an older server’s pictures', async () => {
    await other.write(
      'api/v1/catalog',
      JSON.stringify({ entries: [{ id: 'p', name: 'P', path: 'p.png', size: 1 }], grid_dimensions: {} }),
    );
    await client.refresh();
    await client.add(`${other.server.url}api/v1/catalog`);
    expect((await client.catalog()).foreign).toEqual((await bench.directory.catalog()).foreign);
    expect((await client.catalog()).foreign).toHaveLength(1);
  });

  it('throws what went wrong, with its data', async () => {
    await other.server.stop();
    const failure = await failureOf(bench.directory.add(other.url));
    expect(await failureOf(client.add(other.url))).toEqual(failure);
    expect(await failureOf(client.remove(own.url))).toEqual({ code: 'source/embedded', data: {} });
  });

  it('knows an answer that is not the API’s', async () => {
    const answers = [new Response('Not Found', { status: 404 }), new Response('<!doctype html>'), Response.json({})];
    for (const answer of answers) {
      const stranger = new SourcesClient(SCOPE, () => Promise.resolve(answer));
      expect(await failureOf(stranger.list())).toMatchObject({ code: 'app/unexpected' });
    }
  });

  it('can be given up', async () => {
    other.server.inject({ fault: { kind: 'stalled' } });
    const caller = new AbortController();
    const adding = client.add(other.url, {}, { signal: caller.signal });
    await vi.waitUntil(() => other.server.requests.length > 0);
    caller.abort(new Error('enough'));
    await expect(adding).rejects.toThrow('enough');
  });
});
