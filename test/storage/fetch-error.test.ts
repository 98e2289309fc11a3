import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '#domain/errors/index.ts';
import { connectionError, statusError } from '#storage/remote/fetch-error.ts';
import { FaultServer } from '../support/fault-server.ts';

const URL_ = 'https://example.org/catalog.json';

describe('a status', () => {
  const of = (status: number, headers?: HeadersInit) => statusError(URL_, { status, headers: new Headers(headers) });

  it.each([200, 206])('of %i is no error', (status) => {
    expect(of(status)).toBeUndefined();
  });

  it.each([
    [401, 'source/access-denied'],
    [403, 'source/access-denied'],
    [404, 'source/not-found'],
    [410, 'source/not-found'],
    [416, 'source/http-status'],
    [304, 'source/http-status'],
    [500, 'source/server-error'],
    [503, 'source/server-error'],
  ])('of %i is %s', (status, code) => {
    expect(of(status)).toMatchObject({ code, data: { url: URL_, status } });
  });

  it.each([
    [429, { 'Retry-After': '7' }, 7],
    [429, {}, 30],
    [503, { 'Retry-After': '120' }, 120],
    [503, {}, undefined],
  ])('of %i with %j says to wait %s s', (status, headers, seconds) => {
    expect(of(status, headers)?.data['seconds']).toBe(seconds);
  });
});

describe('a fetch without an answer', () => {
  let root: string;
  let server: FaultServer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'portolan-fetch-error-'));
    server = await FaultServer.open(root);
  });
  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true });
  });

  async function failure(url: string): Promise<AppError> {
    const cause: unknown = await fetch(url).catch((error: unknown) => error);
    return connectionError(url, cause);
  }

  it('of a server that is not there is told as that', async () => {
    const port = await freePort();
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({
      code: 'source/unreachable',
      data: { detail: `connect ECONNREFUSED 127.0.0.1:${port}` },
    });
  });

  it('of a name that nobody has is told as that', async () => {
    const { code, data } = await failure('http://nobody.invalid/');
    expect(code).toBe('source/unreachable');
    expect(data['detail']).toMatch(/nobody\.invalid/);
  });

  it('that was sent around in circles is told as that', async () => {
    server.inject({ fault: { kind: 'redirect-loop' } });
    expect(await failure(server.url)).toMatchObject({ code: 'source/redirected-endlessly', data: { url: server.url } });
  });
});

/** A port at which nobody listens any longer. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
