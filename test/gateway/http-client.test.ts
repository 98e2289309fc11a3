import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { bodyOf, bytesOf, textOf } from './support/bodies.ts';
import { eventually, sleep } from './support/eventually.ts';
import { clientOf, httpServer, rawServer } from './support/servers.ts';

const GET = { method: 'GET', target: '/', headers: [] } as const;
const MIB = 1024 * 1024;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a request', () => {
  it('brings status, headers as they came, and the body', async () => {
    const { port } = await httpServer((request, response) => {
      response.writeHead(418, 'Teapot', [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Path', request.url ?? ''],
        ['X-Host', request.headers.host ?? ''],
      ]);
      response.end('short and stout');
    });
    const response = await clientOf().exchange(port, { ...GET, target: '/a%20b?c=d' });
    expect(response).toMatchObject({ status: 418, statusText: 'Teapot' });
    expect(response.headers).toEqual(
      expect.arrayContaining([
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Path', '/a%20b?c=d'],
        ['X-Host', `localhost:${port}`],
      ]),
    );
    expect(await textOf(response.body)).toBe('short and stout');
    expect(await response.trailers).toEqual([]);
  });

  it.each(['HEAD', 'GET'])('by %s knows what has no body', async (method) => {
    const { port } = await httpServer((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 200 ? { 'Content-Length': method === 'HEAD' ? '5' : '0' } : {});
      response.end();
    });
    const client = clientOf();
    for (const status of [200, 204, 304]) {
      const response = await client.exchange(port, { ...GET, method, target: `/${status}` });
      expect([response.status, response.body]).toEqual([status, null]);
    }
  });

  it('uploads with Content-Length and in chunks, byte for byte', async () => {
    const { port } = await httpServer((request, response) => {
      const hash = createHash('sha256');
      request.on('data', (piece: Buffer) => hash.update(piece));
      request.on('end', () => {
        const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
        response.end(`${length ?? coding} ${hash.digest('hex')}`);
      });
    });
    const client = clientOf();
    const bytes = noise(4 * MIB, 1);
    const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 3 * MIB), bytes.subarray(3 * MIB)];
    const upload = { ...GET, method: 'POST' };
    const counted = await client.exchange(port, { ...upload, body: bodyOf(...pieces), bodyLength: bytes.length });
    expect(await textOf(counted.body)).toBe(`${bytes.length} ${sha(bytes)}`);
    const chunked = await client.exchange(port, { ...upload, body: bodyOf(...pieces) });
    expect(await textOf(chunked.body)).toBe(`chunked ${sha(bytes)}`);
    const empty = await client.exchange(port, upload);
    expect(await textOf(empty.body)).toBe(`0 ${sha(new Uint8Array(0))}`);
  });

  it('downloads 16 MB, byte for byte', async () => {
    const bytes = noise(16 * MIB, 2);
    const { port } = await httpServer((_, response) => response.end(bytes));
    const response = await clientOf().exchange(port, GET);
    expect(sha(await bytesOf(response.body))).toBe(sha(bytes));
  });

  it('passes over interim responses', async () => {
    const { port } = await httpServer((_, response) => {
      response.writeContinue();
      response.writeEarlyHints({ link: '</x.css>; rel=preload' });
      response.end('final');
    });
    const response = await clientOf().exchange(port, GET);
    expect([response.status, await textOf(response.body)]).toEqual([200, 'final']);
  });

  it('brings trailers', async () => {
    const { port } = await httpServer((_, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': '42' });
      response.end();
    });
    const response = await clientOf().exchange(port, GET);
    expect(await textOf(response.body)).toBe('body');
    expect(await response.trailers).toEqual([['X-Sum', '42']]);
  });

  it('takes a body that lasts until the connection ends', async () => {
    const port = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end')),
    );
    expect(await textOf((await clientOf().exchange(port, GET)).body)).toBe('until the end');
  });

  it('fails with what the connection fails with', async () => {
    const { port, server } = await httpServer(() => undefined);
    server.close();
    await expect(clientOf().exchange(port, GET)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('streaming', () => {
  it('shows a body piece by piece, as the server sends it', async () => {
    let more = (): void => undefined;
    const { port } = await httpServer((_, response) => {
      response.write('one');
      more = () => void response.write('two', () => (more = () => response.end('three')));
    });
    const response = await clientOf().exchange(port, GET);
    const reader = response.body!.getReader();
    for (const expected of ['one', 'two', 'three']) {
      const { value } = await reader.read();
      expect(Buffer.from(value!).toString()).toBe(expected);
      more();
    }
    expect((await reader.read()).done).toBe(true);
  });

  it('carries server-sent events, which take no slot from other requests', async () => {
    const { port } = await httpServer((request, response) => {
      if (request.url === '/plain') return void response.end('plain');
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: hello\n\n');
    });
    const client = clientOf({ connectionsPerPort: 2 });
    const streams = [];
    for (let count = 0; count < 5; count++) streams.push(await client.exchange(port, GET));
    for (const { body } of streams) {
      const { value } = await body!.getReader().read();
      expect(Buffer.from(value!).toString()).toBe('data: hello\n\n');
    }
    expect(await textOf((await client.exchange(port, { ...GET, target: '/plain' })).body)).toBe('plain');
  });

  it('makes the server wait while nobody reads', async () => {
    let written = 0;
    const { port } = await httpServer((_, response) => {
      const piece = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < 64 * MIB) {
          written += piece.length;
          if (!response.write(piece)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const response = await clientOf().exchange(port, GET);
    await sleep(300);
    const held = written;
    await sleep(200);
    // Loopback's own buffers take some megabytes.
    expect([held, written <= 16 * MIB]).toEqual([written, true]);
    expect((await bytesOf(response.body)).length).toBe(64 * MIB);
  });

  it('makes the uploading page wait while the server does not read', async () => {
    let accepted: Socket | undefined;
    const port = await rawServer((socket) => void (accepted = socket.pause()));
    let given = 0;
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => (controller.enqueue(new Uint8Array(64 * 1024)), void (given += 64 * 1024)) },
      { highWaterMark: 0 },
    );
    const stop = new AbortController();
    const exchange = clientOf().exchange(port, { ...GET, method: 'POST', body }, { signal: stop.signal });
    await sleep(500);
    const held = given;
    await sleep(200);
    expect([given, held < 32 * MIB]).toEqual([held, true]);
    stop.abort(new Error('enough'));
    await expect(exchange).rejects.toThrow('enough');
    accepted?.destroy();
  });

  it('goes on both ways at once', async () => {
    const { port } = await httpServer((request, response) => void request.pipe(response));
    let next: (text: string | undefined) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        next = (text) => (text === undefined ? controller.close() : controller.enqueue(Buffer.from(text)));
        next('first');
      },
    });
    const response = await clientOf().exchange(port, { ...GET, method: 'POST', body });
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    next('second');
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('second');
    next(undefined);
    expect((await reader.read()).done).toBe(true);
  });
});

describe('breaking off', () => {
  async function watched(): Promise<{ port: number; closed: () => number }> {
    let closed = 0;
    const { port } = await httpServer((request, response) => {
      response.on('close', () => closed++);
      if (request.url === '/silent') return;
      response.write('something');
    });
    return { port, closed: () => closed };
  }

  it('before the answer ends the connection', async () => {
    const { port, closed } = await watched();
    const stop = new AbortController();
    const exchange = clientOf().exchange(port, { ...GET, target: '/silent' }, { signal: stop.signal });
    await sleep(50);
    stop.abort(new Error('gone'));
    await expect(exchange).rejects.toThrow('gone');
    await eventually(() => expect(closed()).toBe(1));
  });

  it('in the middle of the body ends the connection, and the body fails', async () => {
    const { port, closed } = await watched();
    const stop = new AbortController();
    const response = await clientOf().exchange(port, GET, { signal: stop.signal });
    const reader = response.body!.getReader();
    await reader.read();
    stop.abort(new Error('gone'));
    await expect(reader.read()).rejects.toThrow('gone');
    await expect(response.trailers).rejects.toThrow('gone');
    await eventually(() => expect(closed()).toBe(1));
  });

  it('by cancelling the body ends the connection', async () => {
    const { port, closed } = await watched();
    const response = await clientOf().exchange(port, GET);
    await response.body!.cancel();
    await eventually(() => expect(closed()).toBe(1));
  });

  it('by the body of the request ends the connection', async () => {
    let broken = false;
    const { port } = await httpServer((request) => void request.on('error', () => (broken = true)).resume());
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await sleep(50);
        controller.error(new Error('the page is gone'));
      },
    });
    const exchange = clientOf().exchange(port, { ...GET, method: 'PUT', body });
    await expect(exchange).rejects.toThrow('the page is gone');
    await eventually(() => expect(broken).toBe(true));
  });

  it('by the server fails the body, after what came before', async () => {
    const port = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    const response = await clientOf().exchange(port, GET);
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('half');
    expect(await failureOf(reader.read())).toEqual({ code: 'app/cut-off', data: { port } });
    expect(await failureOf(response.trailers)).toMatchObject({ code: 'app/cut-off' });
  });

  it('by the server before it answers is said', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.end()));
    expect(await failureOf(clientOf().exchange(port, GET))).toEqual({ code: 'app/cut-off', data: { port } });
  });

  it('by closing the client ends everything', async () => {
    const { port, closed } = await watched();
    const client = clientOf({ connectionsPerPort: 1 });
    const response = await client.exchange(port, GET);
    const queued = failureOf(client.exchange(port, GET));
    await sleep(20);
    client.close();
    expect(await queued).toMatchObject({ code: 'app/closed' });
    expect(await failureOf(bytesOf(response.body))).toMatchObject({ code: 'app/closed' });
    expect(await failureOf(client.exchange(port, GET))).toMatchObject({ code: 'app/closed' });
    await eventually(() => expect(closed()).toBe(1));
  });
});

describe('what a request says', () => {
  it.each([
    ['a target with a line’s end', { target: '/ HTTP/1.1\r\nX: y' }],
    ['a target with a space', { target: '/a b' }],
    ['a target with a fragment', { target: '/a#b' }],
    ['an absolute target', { target: 'http://elsewhere.test/' }],
    ['no target', { target: '' }],
    ['a method with a space', { method: 'GET /x' }],
    ['a tunnel', { method: 'CONNECT' }],
    ['a header value with a line’s end', { headers: [['X', 'a\r\nSet-Cookie: b=1']] }],
    ['a header value with a NUL', { headers: [['X', 'a\0']] }],
    ['a header value beyond bytes', { headers: [['X', '€']] }],
    ['a header name with a colon', { headers: [['X: y', '1']] }],
    ['a header name that is empty', { headers: [['', '1']] }],
    ['two hosts', { headers: [['Host', 'a'], ['host', 'b']] }], // prettier-ignore
  ] as const)('is refused with %s, and nothing is sent', async (_, change) => {
    let connections = 0;
    const port = await rawServer(() => connections++);
    expect(await failureOf(clientOf().exchange(port, { ...GET, ...change }))).toMatchObject({
      code: 'app/bad-request',
    });
    expect(connections).toBe(0);
  });

  it('about its own framing is ours to say', async () => {
    const { port } = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
    const headers = [['Content-Length', '99'], ['Transfer-Encoding', 'gzip'], ['Connection', 'close'], ['Upgrade', 'x']] as const; // prettier-ignore
    const request = { ...GET, method: 'POST', headers, body: bodyOf('abc'), bodyLength: 3 };
    const response = await clientOf().exchange(port, request);
    expect(JSON.parse(await textOf(response.body))).toEqual({ host: `localhost:${port}`, 'content-length': '3' });
  });

  it.each([2, 4])('about the length of its body has to be right: %i instead of 3', async (bodyLength) => {
    const { port } = await httpServer((request) => void request.resume().on('error', () => undefined));
    const request = { ...GET, method: 'POST', body: bodyOf('abc'), bodyLength };
    expect(await failureOf(clientOf().exchange(port, request))).toMatchObject({ code: 'app/bad-request' });
  });
});
