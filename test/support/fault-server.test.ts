import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultServer } from './fault-server.ts';
import type { Fault } from './faults.ts';

const DIGEST = 'a'.repeat(64);
const BLOB = `blobs/sha256/${DIGEST}`;
const TEXT = '0123456789'.repeat(10);

let root: string;
let server: FaultServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portolan-faults-'));
  await mkdir(join(root, 'blobs/sha256'), { recursive: true });
  await writeFile(join(root, 'catalog.json'), '{"schemaVersion":1,"entries":[]}');
  await writeFile(join(root, BLOB), TEXT);
  await writeFile(join(root, 'large'), new Uint8Array(200_000));
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  server = await FaultServer.open(root);
});
afterEach(() => server.close());

function get(path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, server.url), { headers, ...init });
}

const middle = { range: 'bytes=40-59' };

/** Without `fetch`, which follows, decodes and gives up by itself. */
function raw(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(new URL(path, server.url), { headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('a server without faults', () => {
  it('answers as our own does: ranges, validators, other origins, health', async () => {
    const part = await get(BLOB, middle);
    expect([part.status, await part.text()]).toEqual([206, TEXT.slice(40, 60)]);
    expect(part.headers.get('content-range')).toBe('bytes 40-59/100');
    expect(part.headers.get('etag')).toBe(`"sha256:${DIGEST}"`);
    expect(part.headers.get('access-control-allow-origin')).toBe('*');
    const other = await get(BLOB, { ...middle, 'if-range': '"else"' });
    expect([other.status, await other.text()]).toEqual([200, TEXT]);
    expect((await get(BLOB, {}, { method: 'OPTIONS' })).status).toBe(204);
    const head = await get(BLOB, {}, { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['100', '']);
    expect(await (await get('health')).text()).toBe('ok\n');
  });

  it('writes down what was asked, and what was sent', async () => {
    const etag = (await get('catalog.json')).headers.get('etag') ?? '';
    expect((await raw('catalog.json', { 'if-none-match': etag })).status).toBe(304);
    await (await get(`${BLOB}?again`, middle)).text();
    expect(server.requests.slice(1)).toEqual([
      { method: 'GET', path: '/catalog.json', range: undefined, ifNoneMatch: etag, status: 304, sent: 0 },
      { method: 'GET', path: `/${BLOB}?again`, range: 'bytes=40-59', status: 206, sent: 20 },
    ]);
    expect(server.sent(/blobs/)).toBe(20);
  });

  it('serves another folder at the same address when told', async () => {
    await server.deploy(join(root, 'blobs/sha256'));
    expect(await (await get(DIGEST)).text()).toBe(TEXT);
    expect((await get(BLOB)).status).toBe(404);
  });
});

describe('a fault', () => {
  it('wrong-byte flips a bit in the middle of each answer, or in one byte of the file', async () => {
    const lift = server.inject({ fault: { kind: 'wrong-byte' } });
    expect(await (await get(BLOB, middle)).text()).toBe('01234567891123456789');
    lift();
    server.inject({ fault: { kind: 'wrong-byte', at: 42 } });
    expect(await (await get(BLOB, middle)).text()).toBe('01334567890123456789');
    expect(await (await get(BLOB)).text()).toBe(`${TEXT.slice(0, 42)}3${TEXT.slice(43)}`);
    expect(await (await get(BLOB, { range: 'bytes=0-41' })).text()).toBe(TEXT.slice(0, 42));
  });

  it('short-body sends less, and says so', async () => {
    server.inject({ fault: { kind: 'short-body', lacking: 3 } });
    const part = await get(BLOB, middle);
    expect(part.headers.get('content-length')).toBe('17');
    expect(await part.text()).toBe(TEXT.slice(40, 57));
  });

  it('range-ignored sends all, another-range says another', async () => {
    server.inject({ fault: { kind: 'range-ignored' }, times: 1 });
    server.inject({ fault: { kind: 'another-range' } });
    const all = await get(BLOB, middle);
    expect([all.status, await all.text()]).toEqual([200, TEXT]);
    expect((await get(BLOB, middle)).headers.get('content-range')).toBe('bytes 41-59/100');
  });

  it('encoded gzips', async () => {
    server.inject({ fault: { kind: 'encoded' } });
    const { headers, body } = await raw(BLOB);
    expect(headers['content-encoding']).toBe('gzip');
    expect(headers['access-control-expose-headers']).toContain('Content-Encoding');
    expect(gunzipSync(body).toString()).toBe(TEXT);
  });

  it('redirect-loop leads to itself', async () => {
    server.inject({ fault: { kind: 'redirect-loop' } });
    const { status, headers } = await raw(BLOB);
    expect([status, headers.location]).toEqual([302, `/${BLOB}`]);
    await expect(get(BLOB)).rejects.toThrow('fetch failed');
  });

  it.each([401, 403, 404, 500, 503])('status answers with %i, readable to other origins', async (status) => {
    server.inject({ fault: { kind: 'status', status } });
    const answer = await get(BLOB, middle);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each(['7', 'Sun, 06 Nov 2094 08:49:37 GMT'])('status says when to come again: %s', async (retryAfter) => {
    server.inject({ fault: { kind: 'status', status: 429, retryAfter } });
    const { headers } = await get(BLOB);
    expect(headers.get('retry-after')).toBe(retryAfter);
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
  });

  it('no-cors answers without a word to other origins', async () => {
    server.inject({ fault: { kind: 'no-cors' } });
    const answer = await get(BLOB);
    expect(await answer.text()).toBe(TEXT);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each<[Fault, number]>([
    [{ kind: 'stalled', after: 10 }, 10],
    [{ kind: 'stalled', after: 0 }, 0],
  ])('%j falls silent in the middle', async (fault, bytes) => {
    server.inject({ fault });
    const caller = new AbortController();
    const answer = await get('large', {}, { signal: caller.signal });
    const reader = answer.body?.getReader();
    if (bytes > 0) expect((await reader?.read())?.value?.length).toBe(bytes);
    const next = reader?.read().then(
      () => 'more',
      () => 'given up',
    );
    expect(await Promise.race([next, pause(100)])).toBe('silence');
    caller.abort();
    expect(await next).toBe('given up');
    expect(server.requests.at(-1)).toMatchObject({ status: 200, sent: bytes, fault: 'stalled' });
  });

  it('stalled without bytes says nothing at all', async () => {
    server.inject({ fault: { kind: 'stalled' } });
    const caller = new AbortController();
    const answer = get(BLOB, {}, { signal: caller.signal }).catch(() => 'given up');
    expect(await Promise.race([answer, pause(100)])).toBe('silence');
    caller.abort();
    expect(await answer).toBe('given up');
    expect(server.requests.at(-1)).toMatchObject({ status: 0, sent: 0 });
  });

  it.each([0, 1000])('dropped breaks the connection after %i bytes', async (after) => {
    server.inject({ fault: { kind: 'dropped', after } });
    const answer = await get('large');
    let got = 0;
    const reading = (async () => {
      const reader = answer.body?.getReader();
      for (let next = await reader?.read(); next?.value; next = await reader?.read()) got += next.value.length;
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(got).toBe(after);
  });

  async function pause(milliseconds: number): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return 'silence';
  }
});

describe('rules', () => {
  const statuses = async (paths: readonly string[], headers = {}): Promise<number[]> => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await get(path, headers)).status);
    return seen;
  };

  it('hit the requests that they name, the nth of them, and as often as they say', async () => {
    server.inject({ path: /blobs/, skip: 1, times: 2, fault: { kind: 'status', status: 503 } });
    expect(await statuses([BLOB, 'catalog.json', BLOB, BLOB, BLOB])).toEqual([200, 200, 503, 503, 200]);
  });

  it('tell requests for ranges from others', async () => {
    server.inject({ ranged: true, fault: { kind: 'status', status: 500 } });
    expect([...(await statuses([BLOB])), ...(await statuses([BLOB], middle))]).toEqual([200, 500]);
  });

  it('end when they are lifted, or all are forgotten', async () => {
    const lift = server.inject({ path: /catalog/, fault: { kind: 'status', status: 404 } });
    server.inject({ path: /blobs/, fault: { kind: 'status', status: 403 } });
    lift();
    expect(await statuses(['catalog.json', BLOB])).toEqual([200, 403]);
    server.heal();
    expect(await statuses([BLOB])).toEqual([200]);
  });
});

it('a server that was stopped refuses, cuts what is open, and comes back at the same port', async () => {
  server.inject({ fault: { kind: 'stalled', after: 10 } });
  const open = await get('large');
  await server.stop();
  await expect(open.arrayBuffer()).rejects.toThrow('terminated');
  await expect(get(BLOB)).rejects.toThrow('fetch failed');
  server.heal();
  await server.start();
  expect(await (await get(BLOB)).text()).toBe(TEXT);
});

describe('a slow link', () => {
  it('costs a round trip for each request, and one more for a new connection', async () => {
    server.throttle({ roundTrip: 50, bytesPerSecond: 1e9 });
    const first = await timed(() => get(BLOB));
    expect(first).toBeGreaterThanOrEqual(99);
    const second = await timed(() => get(BLOB));
    expect(second).toBeGreaterThanOrEqual(49);
  });

  it('carries no more than it is said to carry, however many share it', async () => {
    // 1 MB at 2.5 MB/s (20 Mbit/s): 0.4 s.
    server.throttle({ roundTrip: 0, bytesPerSecond: 2.5e6 });
    const all = await timed(() =>
      Promise.all(Array.from({ length: 5 }, async () => (await get('large')).arrayBuffer())),
    );
    // No upper bound: the machine that the tests run on may be busy.
    expect(all).toBeGreaterThan(360);
  });

  it('is shared evenly', async () => {
    server.throttle({ roundTrip: 0, bytesPerSecond: 1e6 });
    const ends = await Promise.all([1, 2].map(() => timed(async () => (await get('large')).arrayBuffer())));
    expect(Math.min(...ends)).toBeGreaterThan(Math.max(...ends) * 0.6);
  });

  async function timed(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
  }
});
