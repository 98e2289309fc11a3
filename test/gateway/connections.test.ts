import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { Connect } from '#gateway/index.ts';
import { VirtualClock } from '../domain/net/support/virtual-clock.ts';
import { failureOf } from '../support/failure.ts';
import { bodyOf, bytesOf, textOf } from './support/bodies.ts';
import { eventually, sleep } from './support/eventually.ts';
import { connectLoopback } from './support/node-connection.ts';
import { clientOf, httpServer, rawServer } from './support/servers.ts';

const GET = { method: 'GET', target: '/', headers: [] } as const;
const POST = { method: 'POST', target: '/', headers: [] } as const;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A server that numbers its connections, and answers each request with the number of its connection. */
async function numbering(keepAliveTimeout = 60_000): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const { port, server } = await httpServer((request, response) => {
    const number = sockets.indexOf(request.socket);
    request.resume().on('end', () => response.end(String(number)));
  });
  server.keepAliveTimeout = keepAliveTimeout;
  server.on('connection', (socket) => sockets.push(socket));
  return { port, sockets };
}

describe('connections', () => {
  it('carry one request after another', async () => {
    const { port, sockets } = await numbering();
    const client = clientOf();
    for (let count = 0; count < 5; count++) expect(await textOf((await client.exchange(port, GET)).body)).toBe('0');
    expect(sockets).toHaveLength(1);
  });

  it('are made afresh for what may not be sent twice', async () => {
    const { port } = await numbering();
    const client = clientOf({ connectionsPerPort: 2 });
    const numbers = [];
    for (const request of [GET, POST, POST, { ...GET, method: 'PUT', body: bodyOf('x') }, GET]) {
      numbers.push(await textOf((await client.exchange(port, request)).body));
    }
    expect(numbers).toEqual(['0', '1', '2', '3', '3']);
  });

  it('are ended when nobody has used them for a while', async () => {
    const { port, sockets } = await numbering();
    const clock = new VirtualClock();
    const client = clientOf({ idleMs: 4000 }, { clock });
    await textOf((await client.exchange(port, GET)).body);
    await clock.run(10_000);
    await eventually(() => expect(sockets[0]!.destroyed).toBe(true));
    expect(await textOf((await client.exchange(port, GET)).body)).toBe('1');
  });

  it('are not kept for as long as the server would keep them', async () => {
    const { port, sockets } = await numbering(3000);
    const clock = new VirtualClock();
    const client = clientOf({ idleMs: 60_000 }, { clock });
    await textOf((await client.exchange(port, GET)).body);
    let over = false;
    clock.after(2000, () => (over = true));
    await clock.run(10_000, () => over);
    await eventually(() => expect(sockets[0]!.destroyed).toBe(true));
  });

  it.each(['Connection: close\r\n', 'Connection: Close, x\r\n'])('are not used again after %j', async (header) => {
    let connections = 0;
    const port = await rawServer((socket) => {
      connections++;
      socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${header}Content-Length: 2\r\n\r\nok`));
    });
    const client = clientOf();
    for (let count = 0; count < 2; count++) expect(await textOf((await client.exchange(port, GET)).body)).toBe('ok');
    expect(connections).toBe(2);
  });

  it('are not used again when more comes than was asked for', async () => {
    let connections = 0;
    const port = await rawServer((socket) => {
      connections++;
      socket.on('data', () => socket.write(`${ANSWER}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`));
    });
    const client = clientOf();
    for (let count = 0; count < 2; count++) expect(await textOf((await client.exchange(port, GET)).body)).toBe('ok');
    expect(connections).toBe(2);
  });

  it('that the server ends, or speaks on, while nobody uses them are left out', async () => {
    const accepted: Socket[] = [];
    const port = await rawServer((socket) => {
      accepted.push(socket);
      socket.on('data', () => socket.write(ANSWER));
    });
    const client = clientOf();
    await textOf((await client.exchange(port, GET)).body);
    accepted[0]!.end();
    await sleep(50);
    await textOf((await client.exchange(port, GET)).body);
    accepted[1]!.write(ANSWER.replace('ok', 'no'));
    await sleep(50);
    expect(await textOf((await client.exchange(port, GET)).body)).toBe('ok');
    expect(accepted).toHaveLength(3);
  });

  it('that end just when they are used again cost a request nothing', async () => {
    let connections = 0;
    const port = await rawServer((socket) => {
      const number = connections++;
      socket.once('data', () => {
        socket.write(ANSWER);
        // Whatever comes next finds the door closed.
        socket.once('data', () => (number === 0 ? socket.resetAndDestroy() : socket.write(ANSWER)));
      });
    });
    const client = clientOf();
    await textOf((await client.exchange(port, GET)).body);
    expect(await textOf((await client.exchange(port, GET)).body)).toBe('ok');
    expect(connections).toBe(2);
  });

  it('that end when they are used again are tried again once only', async () => {
    let connections = 0;
    const port = await rawServer((socket) => {
      const isFirst = connections++ === 0;
      socket.once('data', () => {
        if (!isFirst) return void socket.destroy();
        socket.write(ANSWER);
        socket.once('data', () => socket.destroy());
      });
    });
    const client = clientOf();
    await textOf((await client.exchange(port, GET)).body);
    expect(await failureOf(client.exchange(port, GET))).toMatchObject({ code: 'app/cut-off' });
    expect(connections).toBe(2);
  });

  it('that fail after a part of an answer are not tried again', async () => {
    let connections = 0;
    const port = await rawServer((socket) => {
      connections++;
      socket.once('data', () => {
        socket.write(ANSWER);
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConten'));
      });
    });
    const client = clientOf();
    await textOf((await client.exchange(port, GET)).body);
    expect(await failureOf(client.exchange(port, GET))).toMatchObject({ code: 'app/cut-off' });
    expect(connections).toBe(1);
  });
});

describe('many requests at once', () => {
  it('all are answered, each with its own answer, over a few connections', async () => {
    let [now, most] = [0, 0];
    const { port, server } = await httpServer((request, response) => {
      const size = (Number(request.url?.slice(1)) * 977) % 50_000;
      setTimeout(() => response.end(`${request.url}:${'x'.repeat(size)}`), size % 7);
    });
    server.on('connection', (socket: Socket) => {
      most = Math.max(most, ++now);
      socket.on('close', () => now--);
    });
    const client = clientOf({ connectionsPerPort: 6 });
    const ask = async (number: number): Promise<void> => {
      const post = number % 3 === 0;
      const request = { ...(post ? POST : GET), target: `/${number}` };
      const text = await textOf((await client.exchange(port, request)).body);
      expect(text).toBe(`/${number}:${'x'.repeat((number * 977) % 50_000)}`);
    };
    await Promise.all(Array.from({ length: 100 }, (_, number) => ask(number)));
    expect(most).toBeLessThanOrEqual(7);
  });

  it('are served in the order in which they came', async () => {
    const order: string[] = [];
    const { port } = await httpServer((request, response) => {
      order.push(request.url ?? '');
      response.end();
    });
    const client = clientOf({ connectionsPerPort: 1 });
    await Promise.all(Array.from({ length: 10 }, (_, index) => client.exchange(port, { ...GET, target: `/${index}` })));
    expect(order).toEqual(Array.from({ length: 10 }, (_, index) => `/${index}`));
  });

  it('do not wait for another port', async () => {
    const { port: stuck } = await httpServer(() => undefined);
    const { port } = await httpServer((_, response) => response.end('free'));
    const client = clientOf({ connectionsPerPort: 1 });
    client.exchange(stuck, GET).catch(() => undefined);
    expect(await textOf((await client.exchange(port, GET)).body)).toBe('free');
  });

  it('can be given up in the queue, and the others move up', async () => {
    const asked: string[] = [];
    const { port } = await httpServer((request, response) => {
      asked.push(request.url ?? '');
      setTimeout(() => response.end(), 100);
    });
    const client = clientOf({ connectionsPerPort: 1 });
    const stop = new AbortController();
    const first = client.exchange(port, { ...GET, target: '/first' });
    const body = bodyOf('never sent');
    const second = client.exchange(port, { ...POST, target: '/second', body }, { signal: stop.signal });
    const third = client.exchange(port, { ...GET, target: '/third' });
    await sleep(20);
    stop.abort(new Error('changed my mind'));
    await expect(second).rejects.toThrow('changed my mind');
    expect((await body.getReader().read()).done).toBe(true);
    await Promise.all([first, third]);
    expect(asked).toEqual(['/first', '/third']);
  });

  it('leave no slot taken, whatever became of them', async () => {
    const { port } = await httpServer((request, response) => {
      if (request.url === '/reset') return void request.socket.resetAndDestroy();
      if (request.url === '/bad') return void request.socket.end('nonsense\r\n\r\n');
      if (request.url === '/half') return void response.writeHead(200, { 'Content-Length': 9 }).write('half', () => request.socket.destroy()); // prettier-ignore
      response.end('fine');
    });
    let refuse = false;
    const client = clientOf(
      { connectionsPerPort: 2 },
      { connect: (to, options) => (refuse ? Promise.reject(new Error('refused')) : connectLoopback(to, options)) },
    );
    for (let round = 0; round < 5; round++) {
      await expect(client.exchange(port, { ...GET, target: '/reset' })).rejects.toThrow();
      await expect(client.exchange(port, { ...GET, target: '/bad' })).rejects.toThrow();
      await expect(bytesOf((await client.exchange(port, { ...GET, target: '/half' })).body)).rejects.toThrow();
      const stop = new AbortController();
      const given = client.exchange(port, { ...POST, target: '/fine' }, { signal: stop.signal });
      stop.abort(new Error('stop'));
      await expect(given).rejects.toThrow('stop');
      refuse = true;
      await expect(client.exchange(port, POST)).rejects.toThrow('refused');
      refuse = false;
      await (await client.exchange(port, GET)).body!.cancel();
    }
    const three = [1, 2, 3].map(async () => textOf((await client.exchange(port, GET)).body));
    expect(await Promise.all(three)).toEqual(['fine', 'fine', 'fine']);
  });
});

describe('time', () => {
  /** Lets so much virtual time pass, with pauses in which the real server gets its turn. */
  async function pass(clock: VirtualClock, milliseconds: number): Promise<void> {
    const end = clock.now() + milliseconds;
    let over = false;
    clock.after(milliseconds, () => (over = true));
    await sleep(50);
    await clock.run(end + 1, () => over);
    await sleep(20);
  }

  it('for an answer to begin ends, and with it the connection', async () => {
    let closed = false;
    const { port } = await httpServer((request) => void request.socket.on('close', () => (closed = true)));
    const clock = new VirtualClock();
    const failed = failureOf(clientOf({}, { clock }).exchange(port, GET));
    await pass(clock, 30_000);
    expect(await failed).toEqual({ code: 'app/no-answer', data: { port, seconds: 30 } });
    await eventually(() => expect(closed).toBe(true));
  });

  it('for an answer to begin is counted from the last piece that the server took', async () => {
    const { port } = await httpServer(
      (request, response) => void request.resume().on('end', () => response.end('late')),
    );
    const clock = new VirtualClock();
    let push: (text: string | undefined) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) =>
        void (push = (text) => (text === undefined ? controller.close() : controller.enqueue(Buffer.from(text)))),
    });
    const exchange = clientOf({}, { clock }).exchange(port, { ...POST, body });
    for (let count = 0; count < 4; count++) {
      push('slow');
      await pass(clock, 20_000);
    }
    push(undefined);
    expect(await textOf((await exchange).body)).toBe('late');
  });

  it('without a byte of the body ends; while nobody asks for one it does not count', async () => {
    const { port } = await httpServer((_, response) => void response.write('begin'));
    const clock = new VirtualClock();
    const response = await clientOf({ silenceMs: 60_000 }, { clock }).exchange(port, GET);
    const reader = response.body!.getReader();
    await reader.read();
    await pass(clock, 600_000);
    const failed = failureOf(reader.read());
    await pass(clock, 60_000);
    expect(await failed).toEqual({ code: 'app/silent', data: { port, seconds: 60 } });
  });

  it('in all has no end', async () => {
    let write = (): void => undefined;
    const { port } = await httpServer((_, response) => {
      write = () => void response.write('.');
      write();
    });
    const clock = new VirtualClock();
    const response = await clientOf({ silenceMs: 60_000 }, { clock }).exchange(port, GET);
    const reader = response.body!.getReader();
    await reader.read();
    for (let count = 0; count < 20; count++) {
      const next = reader.read();
      await pass(clock, 50_000);
      write();
      expect((await next).done).toBe(false);
    }
  });
});

describe('an early answer', () => {
  it('is an answer, and the rest of the request is not sent', async () => {
    const { port } = await httpServer((_, response) => {
      response.writeHead(413);
      response.end('too large');
    });
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await sleep(5);
        controller.enqueue(new Uint8Array(1024));
      },
      cancel: () => void (cancelled = true),
    });
    const response = await clientOf().exchange(port, { ...POST, body });
    expect([response.status, await textOf(response.body)]).toEqual([413, 'too large']);
    await eventually(() => expect(cancelled).toBe(true));
  });

  it('comes through though the connection then fails', async () => {
    const answer = Buffer.from('HTTP/1.1 401 No\r\nContent-Length: 4\r\n\r\nstop');
    const failure = new AppError('net/reset', { address: 'guest:80' });
    let written = 0;
    const pieces = [new Uint8Array(answer.subarray(0, 20)), new Uint8Array(answer.subarray(20))];
    const connect: Connect = async () => ({
      readable: new ReadableStream({
        pull: async (controller) => {
          await eventually(() => expect(written).toBeGreaterThan(3));
          const piece = pieces.shift();
          if (piece) controller.enqueue(piece);
          else controller.error(failure);
        },
      }),
      writable: new WritableStream({
        write: () => {
          if (written++ > 3) throw failure;
        },
      }),
      closed: Promise.reject(failure),
    });
    const body = bodyOf('a', 'b', 'c', 'd');
    const response = await clientOf({}, { connect }).exchange(80, { ...POST, body });
    expect([response.status, await textOf(response.body)]).toEqual([401, 'stop']);
  });
});
