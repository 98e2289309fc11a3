import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../domain/net/support/virtual-clock.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { eventually, sleep } from './support/eventually.ts';
import { clientOf, httpServer, rawServer } from './support/servers.ts';
import { open, rawPeer, serverFrame, webSocketServer } from './support/web-socket-server.ts';

const MIB = 1024 * 1024;
const echo = (): Promise<number> =>
  webSocketServer((socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));

describe('a WebSocket to a server of the package ws', () => {
  it('carries texts and bytes both ways', async () => {
    const { socket, opened, messages, closed, errors } = open(await echo());
    expect(await opened).toBe('');
    socket.send('grüße, 世界 🌍');
    socket.send('');
    socket.send(Uint8Array.of(0, 255, 128));
    await eventually(() => expect(messages).toEqual(['grüße, 世界 🌍', '', Uint8Array.of(0, 255, 128)]));
    socket.close(1000, 'done');
    expect(await closed).toEqual({ code: 1000, reason: 'done', wasClean: true });
    expect(errors).toEqual([]);
  });

  it.each([125, 126, 65_535, 65_536, MIB])('carries messages of %i bytes', async (size) => {
    const { socket, opened, messages } = open(await echo());
    await opened;
    const bytes = noise(size, size);
    socket.send(bytes);
    expect(socket.bufferedAmount).toBe(size);
    socket.send('x'.repeat(size));
    await eventually(() => expect(messages).toHaveLength(2));
    expect(Buffer.compare(Buffer.from(messages[0]!), bytes)).toBe(0);
    expect(messages[1] === 'x'.repeat(size)).toBe(true);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('agrees on a protocol', async () => {
    const port = await webSocketServer(() => undefined, {
      handleProtocols: (offered) => (offered.has('b') ? 'b' : false),
    });
    expect(await open(port, { protocols: ['a', 'b'] }).opened).toBe('b');
    const refused = open(port, { protocols: ['a'] });
    expect(await refused.closed).toEqual({ code: 1006, reason: '', wasClean: false });
    expect(refused.errors).toEqual(['app/no-websocket']);
  });

  it('hears how the server closes it', async () => {
    const port = await webSocketServer((socket) => socket.close(4001, 'go away'));
    expect(await open(port).closed).toEqual({ code: 4001, reason: 'go away', wasClean: true });
    const silent = await webSocketServer((socket) => socket.close());
    expect(await open(silent).closed).toEqual({ code: 1005, reason: '', wasClean: true });
  });

  it('sends all messages before it closes', async () => {
    const received: number[] = [];
    const codes: number[] = [];
    const port = await webSocketServer((socket) => {
      socket.on('message', (data: Buffer) => received.push(data.length));
      socket.on('close', (code) => codes.push(code));
    });
    const { socket, opened, closed } = open(port);
    await opened;
    for (let count = 0; count < 20; count++) socket.send(new Uint8Array(100_000));
    socket.close();
    socket.send('too late');
    expect(await closed).toMatchObject({ code: 1005, wasClean: true });
    await eventually(() => expect([received.length, codes]).toEqual([20, [1005]]));
  });

  it('that breaks ends without having been clean, and is no error', async () => {
    const port = await webSocketServer((socket) => setTimeout(() => socket.terminate(), 20));
    const { closed, errors } = open(port);
    expect(await closed).toEqual({ code: 1006, reason: '', wasClean: false });
    expect(errors).toEqual([]);
  });

  it('answers pings while it sends something large', async () => {
    let pongs = 0;
    const port = await webSocketServer((socket) => {
      socket.on('pong', () => pongs++);
      for (let count = 0; count < 3; count++) setTimeout(() => socket.ping('are you there?'), count * 10);
    });
    const { socket, opened } = open(port);
    await opened;
    socket.send(new Uint8Array(4 * MIB));
    await eventually(() => expect(pongs).toBeGreaterThan(0));
  });

  it('makes the server wait while the page does not take messages', async () => {
    let sent = 0;
    const port = await webSocketServer((socket) => {
      const next = (): void => {
        if (sent >= 200) return;
        sent++;
        socket.send(new Uint8Array(128 * 1024), next);
      };
      next();
    });
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const { messages } = open(port, {}, () => gate);
    await sleep(400);
    const held = sent;
    await sleep(200);
    expect([sent, held < 150, messages.length]).toEqual([held, true, 1]);
    go();
    await eventually(() => expect(messages).toHaveLength(200));
  });

  it('tells how much waits while the server takes nothing', async () => {
    const port = await webSocketServer((socket) => socket.pause());
    const opened = open(port);
    await opened.opened;
    opened.socket.send(new Uint8Array(32 * MIB));
    await sleep(400);
    const waiting = opened.socket.bufferedAmount;
    expect(waiting).toBeGreaterThan(8 * MIB);
    expect(opened.sent + waiting).toBe(32 * MIB);
  });

  it('is broken off by its signal, and by closing the client', async () => {
    let closed = 0;
    const port = await webSocketServer((socket) => socket.on('close', () => closed++));
    const stop = new AbortController();
    const first = open(port, { signal: stop.signal });
    const client = clientOf();
    const second = open(port, {}, undefined, client);
    await Promise.all([first.opened, second.opened]);
    stop.abort();
    client.close();
    expect([await first.closed, await second.closed]).toMatchObject([{ code: 1006 }, { code: 1006 }]);
    expect(second.errors).toEqual(['app/closed']);
    await eventually(() => expect(closed).toBe(2));
  });

  it('takes no slot from requests', async () => {
    const client = clientOf({ connectionsPerPort: 1 });
    const port = await echo();
    for (let count = 0; count < 4; count++) await open(port, {}, undefined, client).opened;
    expect(await client.exchange(port, { method: 'GET', target: '/', headers: [] })).toMatchObject({ status: 426 });
  });
});

describe('a handshake', () => {
  it('that is answered otherwise is an error, and an end', async () => {
    const { port } = await httpServer((_, response) => void response.writeHead(403).end('no'));
    const { closed, errors } = open(port);
    expect(await closed).toEqual({ code: 1006, reason: '', wasClean: false });
    expect(errors).toEqual(['app/no-websocket']);
  });

  const ANSWER = 'HTTP/1.1 101 Switching Protocols\r\n';
  it.each([
    [
      'a wrong Sec-WebSocket-Accept',
      `${ANSWER}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n`,
    ],
    ['no Sec-WebSocket-Accept', `${ANSWER}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`],
    ['no Upgrade', `${ANSWER}Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n`],
    ['another Upgrade', `${ANSWER}Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n`],
    ['no Connection', `${ANSWER}Upgrade: websocket\r\n\r\n`],
  ])('with %s is refused, and the connection ended', async (_, answer) => {
    let ended = false;
    const port = await rawServer((socket) => {
      socket.once('data', () => socket.write(answer));
      socket.on('close', () => (ended = true));
    });
    const { closed, errors } = open(port);
    expect(await closed).toMatchObject({ code: 1006, wasClean: false });
    expect(errors).toEqual(['app/no-websocket']);
    await eventually(() => expect(ended).toBe(true));
  });

  it.each([
    ['an extension', 'Sec-WebSocket-Extensions: permessage-deflate\r\n'],
    ['a protocol', 'Sec-WebSocket-Protocol: chat\r\n'],
  ])('with %s that was not asked for is refused', async (_, fields) => {
    const { errors, closed } = open((await rawPeer(fields)).port);
    await closed;
    expect(errors).toEqual(['app/no-websocket']);
  });

  it('with frames right behind it loses none', async () => {
    const peer = await rawPeer('', serverFrame(0x81, 'early'));
    const { messages, opened } = open(peer.port);
    await opened;
    await eventually(() => expect(messages).toEqual(['early']));
  });

  it('can be given up', async () => {
    const port = await rawServer(() => undefined);
    const { socket, closed, errors } = open(port);
    socket.close();
    expect(await closed).toMatchObject({ code: 1006, wasClean: false });
    expect(errors).toEqual(['app/no-websocket']);
  });

  it.each([['a', 'a'], ['a b'], ['']])('for the protocols %j is not sent', async (...protocols) => {
    expect(await failureOf(() => open(1, { protocols: protocols.map(String) }).socket)).toMatchObject({
      code: 'app/bad-request',
    });
  });
});

describe('closing', () => {
  it.each([
    [1001, ''],
    [2999, ''],
    [5000, ''],
    [1000, 'x'.repeat(124)],
  ])('with %i and such a reason is refused', async (code, reason) => {
    // prettier-ignore
    const { socket, opened, messages } = open(await echo());
    await opened;
    expect(await failureOf(() => socket.close(code, reason))).toMatchObject({ code: 'app/bad-request' });
    socket.send('still here');
    await eventually(() => expect(messages).toEqual(['still here']));
  });

  it('does not wait for ever for a server that does not answer', async () => {
    const clock = new VirtualClock();
    const peer = await rawPeer();
    const { socket, opened, closed, messages } = open(peer.port, {}, undefined, clientOf({}, { clock }));
    await opened;
    socket.close(1000);
    await eventually(() => expect(peer.frames().map(({ first }) => first)).toEqual([0x88]));
    (await peer.socket).write(serverFrame(0x81, 'never heard'));
    await sleep(50);
    await clock.run(100_000);
    expect(await closed).toEqual({ code: 1006, reason: '', wasClean: false });
    expect(messages).toEqual([]);
    await eventually(() => expect(peer.ended()).toBe(true));
  });

  it('is clean though the server leaves the connection open', async () => {
    const clock = new VirtualClock();
    const peer = await rawPeer();
    const { opened, closed } = open(peer.port, {}, undefined, clientOf({}, { clock }));
    await opened;
    (await peer.socket).write(serverFrame(0x88, Buffer.from([0x03, 0xe8, 0x6f, 0x6b])));
    await eventually(() => expect(peer.frames()).toHaveLength(1));
    await sleep(20);
    await clock.run(100_000);
    expect(await closed).toEqual({ code: 1000, reason: 'ok', wasClean: true });
  });
});
