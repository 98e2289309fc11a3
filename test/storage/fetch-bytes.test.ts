import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchBytes, fetchSmall } from '#storage/remote/fetch-bytes.ts';
import { BlobServer, type Fault } from '../support/blob-server.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';

const FILE = noise(10_000);
const RANGE = { offset: 100, length: 500 };

let server: BlobServer;
let url: string;

beforeEach(async () => {
  server = await BlobServer.start(new Map([['file', FILE]]));
  url = new URL('file', server.catalogUrl).href;
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

describe('fetching from a server', () => {
  it('gives a whole file', async () => {
    expect(await fetchBytes(url, FILE.length)).toEqual(FILE);
  });

  it('gives a range of it and counts what arrives', async () => {
    let counted = 0;
    const bytes = await fetchBytes(url, FILE.length, { range: RANGE, onBytes: (soFar) => (counted = soFar.length) });
    expect(bytes).toEqual(FILE.slice(100, 600));
    expect(counted).toBe(500);
    expect(server.requests).toEqual([{ path: 'file', range: '100-599' }]);
  });

  it('takes a range from a server that does not say which it sent', async () => {
    server.failWith('range-unsaid');
    expect(await fetchBytes(url, FILE.length, { range: RANGE })).toEqual(FILE.slice(100, 600));
  });

  it.each<[string, Fault, Record<string, unknown>]>([
    ['a truncated file', 'short', { code: 'source/short-body', data: { got: 9999, expected: 10_000 } }],
    ['a longer file', 'long', { code: 'source/short-body', data: { got: 10_001, expected: 10_000 } }],
    ['a broken connection', 'reset', { code: 'source/unreachable' }],
    ['no file', { status: 404 }, { code: 'source/not-found', data: { status: 404 } }],
    ['no file any longer', { status: 410 }, { code: 'source/not-found', data: { status: 410 } }],
    ['a wish for a password', { status: 401 }, { code: 'source/access-denied', data: { status: 401 } }],
    ['a refusal', { status: 403 }, { code: 'source/access-denied', data: { status: 403 } }],
    ['too many requests', { status: 429 }, { code: 'source/too-many-requests', data: { seconds: 30 } }],
    ['its own failure', { status: 503 }, { code: 'source/server-error', data: { status: 503 } }],
    ['an unknown status', { status: 418 }, { code: 'source/http-status', data: { status: 418 } }],
    ['a circle', 'redirect-loop', { code: 'source/redirected-endlessly' }],
    ['another encoding', 'encoded', { code: 'source/wrong-encoding', data: { encoding: 'gzip' } }],
  ])('that answers with %s fails', async (_, fault, failure) => {
    server.failWith(fault);
    const found = await failureOf(fetchBytes(url, FILE.length));
    expect(found).toMatchObject(failure);
    expect(found.data['url']).toBe(url);
  });

  it.each<[string, Fault, Record<string, unknown>]>([
    [
      'the whole file',
      'range-ignored',
      { code: 'source/range-ignored', data: { detail: 'status 200 in answer to a Range request' } },
    ],
    [
      'another range',
      'another-range',
      { code: 'source/range-ignored', data: { detail: 'it sent “bytes 101-599/10000”' } },
    ],
    [
      'a range of another file',
      'another-length',
      { code: 'source/range-ignored', data: { detail: 'it sent “bytes 100-599/10001”' } },
    ],
    ['less', 'short', { code: 'source/short-body', data: { got: 499, expected: 500 } }],
    ['that it cannot', { status: 416 }, { code: 'source/http-status', data: { status: 416 } }],
  ])('that answers to a range with %s fails', async (_, fault, failure) => {
    server.failWith(fault);
    expect(await failureOf(fetchBytes(url, FILE.length, { range: RANGE }))).toMatchObject(failure);
  });

  it('that is not there fails', async () => {
    await server.close();
    expect(await failureOf(fetchBytes(url, FILE.length))).toMatchObject({ code: 'source/unreachable', data: { url } });
  });

  it.each<Fault>(['stall', 'mute'])('that falls silent (%s) fails after 15 s', async (fault) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.failWith(fault);
    const failure = failureOf(fetchBytes(url, FILE.length));
    await vi.waitUntil(() => server.open === 1);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(server.open).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await failure).toMatchObject({ code: 'source/stalled', data: { url, seconds: 15 } });
  });
});

describe('fetching what nobody knows the length of', () => {
  it('gives all of it', async () => {
    let answers = 0;
    expect(await fetchSmall(url, FILE.length, { onAnswer: () => answers++ })).toEqual(FILE);
    expect(answers).toBe(1);
  });

  it('reads what the host compressed on its way', async () => {
    const host = createServer((_, response) => {
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync(FILE));
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    expect(await fetchSmall(`http://127.0.0.1:${port}/`, FILE.length)).toEqual(FILE);
    host.close();
  });

  it('takes no more than it is allowed to', async () => {
    expect(await failureOf(fetchSmall(url, FILE.length - 1))).toMatchObject({ code: 'format/invalid' });
    await vi.waitUntil(() => server.open === 0);
  });
});

describe('a caller who gives up', () => {
  it('gets the own reason at once, and the server is left alone', async () => {
    server.failWith('stall');
    const caller = new AbortController();
    const call = fetchBytes(url, FILE.length, { signal: caller.signal });
    await vi.waitUntil(() => server.open === 1);
    caller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await vi.waitUntil(() => server.open === 0);
  });

  it('before the beginning asks nothing', async () => {
    await expect(fetchBytes(url, 1, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
    expect(server.requests).toEqual([]);
  });
});

it('a server whose answer is of no use is not listened to any longer', async () => {
  server.failWith('endless-404');
  expect(await failureOf(fetchBytes(url, FILE.length))).toMatchObject({ code: 'source/not-found' });
  await vi.waitUntil(() => server.open === 0);
});
