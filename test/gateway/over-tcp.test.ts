import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { TcpSocket } from '#domain/net/index.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { bodyOf, bytesOf, textOf } from './support/bodies.ts';
import { eventually, sleep } from './support/eventually.ts';
import { joinedStacks, serving } from './support/joined-stacks.ts';
import { clientOf } from './support/servers.ts';

const GET = { method: 'GET', target: '/', headers: [] } as const;
const MIB = 1024 * 1024;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let close = (): void => undefined;
afterEach(() => close());

describe('over our own TCP/IP, frame by frame', () => {
  it('a download and an upload come through, byte for byte', async () => {
    const bytes = noise(4 * MIB, 3);
    const net = joinedStacks(
      80,
      serving((request, response) => {
        if (request.method === 'GET') return void response.end(bytes);
        const hash = createHash('sha256');
        request.on('data', (piece: Buffer) => hash.update(piece)).on('end', () => response.end(hash.digest('hex')));
      }),
    );
    ({ close } = net);
    const client = clientOf({}, { connect: net.connect });
    expect(sha(await bytesOf((await client.exchange(80, GET)).body))).toBe(sha(bytes));
    const upload = { ...GET, method: 'POST', body: bodyOf(bytes) };
    expect(await textOf((await client.exchange(80, upload)).body)).toBe(sha(bytes));
  });

  it('100 requests at once are all answered', async () => {
    const net = joinedStacks(
      3000,
      serving((request, response) => response.end(`answer to ${request.url}`)),
    );
    ({ close } = net);
    const client = clientOf({}, { connect: net.connect });
    const texts = Array.from({ length: 100 }, async (_, index) =>
      textOf((await client.exchange(3000, { ...GET, target: `/${index}` })).body),
    );
    expect(await Promise.all(texts)).toEqual(Array.from({ length: 100 }, (_, index) => `answer to /${index}`));
  });

  it('giving up in the middle frees the server’s connection, and nothing listening is said', async () => {
    let closed = 0;
    let written = 0;
    const net = joinedStacks(
      80,
      serving((_, response) => {
        response.on('close', () => closed++);
        const write = (): void => {
          while (!response.destroyed && written < 64 * MIB) {
            written += 64 * 1024;
            if (!response.write(Buffer.alloc(64 * 1024))) return void response.once('drain', write);
          }
        };
        write();
      }),
    );
    ({ close } = net);
    const client = clientOf({}, { connect: net.connect });
    const stop = new AbortController();
    const { body } = await client.exchange(80, GET, { signal: stop.signal });
    const reader = body!.getReader();
    await reader.read();
    stop.abort(new Error('enough'));
    await expect(reader.read()).rejects.toThrow('enough');
    await eventually(() => expect(closed).toBe(1));
    // What the two windows and Node's buffers hold; the rest was never asked for.
    expect(written).toBeLessThan(8 * MIB);
    expect(await failureOf(client.exchange(81, GET))).toMatchObject({ code: 'net/refused' });
  });

  it('giving up an upload that the server does not take ends its connection', async () => {
    let accepted: TcpSocket | undefined;
    const net = joinedStacks(80, (socket) => void (accepted = socket));
    ({ close } = net);
    let [given, cancelled] = [0, false];
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (controller.enqueue(new Uint8Array(64 * 1024)), void given++),
      cancel: () => void (cancelled = true),
    });
    const stop = new AbortController();
    const client = clientOf({}, { connect: net.connect });
    const exchange = client.exchange(80, { ...GET, method: 'POST', body }, { signal: stop.signal });
    await eventually(() => expect(given).toBeGreaterThan(10));
    await sleep(100);
    stop.abort(new Error('enough'));
    await expect(exchange).rejects.toThrow('enough');
    expect(await failureOf(accepted!.closed)).toMatchObject({ code: 'net/reset' });
    expect(cancelled).toBe(true);
  });

  it('an early answer of a server that takes no more of the request ends the connection', async () => {
    let accepted: TcpSocket | undefined;
    const net = joinedStacks(80, (socket) => {
      accepted = socket;
      void socket.writable.getWriter().write(Buffer.from('HTTP/1.1 413 No\r\nContent-Length: 4\r\n\r\nstop'));
    });
    ({ close } = net);
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
    });
    const response = await clientOf({}, { connect: net.connect }).exchange(80, { ...GET, method: 'POST', body });
    expect([response.status, await textOf(response.body)]).toEqual([413, 'stop']);
    expect(await failureOf(accepted!.closed)).toMatchObject({ code: 'net/reset' });
  });

  it('a page that gives up what it has got already disturbs nobody on the same connection', async () => {
    let finish = (): void => undefined;
    const answer: RequestListener = (request, response) => {
      if (request.url === '/first') return void response.end('first');
      response.write('second');
      finish = () => void response.end(', whole');
    };
    let connections = 0;
    const serve = serving(answer);
    const net = joinedStacks(80, (socket) => (connections++, serve(socket)));
    ({ close } = net);
    const client = clientOf({}, { connect: net.connect });
    const stop = new AbortController();
    const first = await client.exchange(80, { ...GET, target: '/first' }, { signal: stop.signal });
    expect(await textOf(first.body)).toBe('first');
    const second = await client.exchange(80, GET);
    stop.abort();
    finish();
    expect([await textOf(second.body), connections]).toEqual(['second, whole', 1]);
  });
});
