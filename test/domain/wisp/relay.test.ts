import { beforeEach, describe, expect, it } from 'vitest';
import type { TcpSocket } from '#domain/net/index.ts';
import { failureOf } from '../../support/failure.ts';
import { noise } from '../../support/noise.ts';
import { CLOSE, CONNECT, DATA, INFO, Relayed } from './support/relay-end.ts';

const URL = 'wss://relay.test/';
const ADDRESS = '192.0.2.7';
const EMPTY = new Uint8Array(0);
const KIB = 1024;
const MIB = 1024 * KIB;

let world = new Relayed();
beforeEach(() => void (world = new Relayed()));

/** Turned on, connected, with one connection of the guest's. */
async function open(port = 80): Promise<{ socket: TcpSocket; id: number }> {
  if (world.ends.length === 0) {
    world.relay.set(URL);
    world.end.greet();
  }
  const opening = world.relay.connect(ADDRESS, port);
  await world.pass(1);
  const id = world.end.heard().at(-1)?.stream_id ?? 0;
  world.end.continue(id, 100);
  return { socket: await opening, id };
}

const read = async (socket: TcpSocket): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket.readable) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const stateNames = (): string[] => world.states.map(({ name }) => name);

describe('a relay', () => {
  it('that is off has no names and no ways', async () => {
    expect(world.relay.isOpen).toBe(false);
    expect(world.relay.lookup('isle.test')).toBeUndefined();
    expect(await failureOf(world.relay.connect(ADDRESS, 80))).toMatchObject({ code: 'net/unreachable' });
    expect(world.ends).toEqual([]);
  });

  it('is connected when it is turned on, and what wants to go out waits for that', async () => {
    world.relay.set(URL);
    const address = world.relay.lookup('isle.test') ?? '';
    const opening = world.relay.connect(address, 8080);
    await world.pass(1);
    expect(world.end.heard()).toEqual([]);
    world.end.greet();
    await world.pass(1);
    expect(world.end.heard()).toMatchObject([{ type: CONNECT, payload: { hostname: 'isle.test', port: 8080 } }]);
    await world.pass(300);
    expect(await opening).toBeDefined();
    expect(stateNames()).toEqual(['connecting', 'connected']);
    expect(world.relay.traffic).toEqual({ sent: 0, received: 0, connections: 1 });
  });

  it('of version 2 is told that we are, too; one that wants a password is of no use', async () => {
    world.relay.set(URL);
    world.end.open();
    world.end.info(new Uint8Array(0));
    expect(world.end.heard()).toMatchObject([{ type: INFO, payload: { major_ver: 2 } }]);
    world.end.continue(0, 10);
    await world.pass(1);
    expect(world.relay.state.name).toBe('connected');
    world.relay.set('wss://other.test/');
    world.end.open();
    world.end.info(Uint8Array.of(2, 0, 0, 0, 0));
    expect(world.relay.state).toMatchObject({ name: 'failed', error: { code: 'relay/unusable' } });
    expect(world.end.isClosed).toBe(true);
  });

  it('that says nothing is none, and one that is not there is not reached', async () => {
    world.relay.set(URL);
    world.end.open();
    await world.pass(10_001);
    expect(world.relay.state).toMatchObject({ error: { code: 'relay/unusable' } });
    world.relay.set(URL);
    world.end.end('nobody is there');
    expect(world.relay.state).toMatchObject({
      error: { code: 'relay/unreachable', data: { detail: 'nobody is there' } },
    });
  });

  it('that is lost fails what is open; it is asked again with the next connection, but less and less soon', async () => {
    const { socket } = await open();
    const reading = failureOf(read(socket));
    world.end.end('it broke off');
    expect(await reading).toMatchObject({ code: 'relay/lost' });
    expect(world.relay.state).toMatchObject({ name: 'failed', error: { code: 'relay/lost' } });
    expect(await failureOf(world.relay.connect(ADDRESS, 80))).toMatchObject({ code: 'relay/lost' });
    expect(world.ends.length).toBe(1);
    await world.pass(800);
    const second = failureOf(world.relay.connect(ADDRESS, 80));
    expect(world.ends.length).toBe(2);
    world.end.end('nobody is there');
    expect(await second).toMatchObject({ code: 'relay/unreachable' });
    await world.pass(800);
    expect(await failureOf(world.relay.connect(ADDRESS, 80))).toMatchObject({ code: 'relay/unreachable' });
    expect(world.ends.length).toBe(2);
    await world.pass(800);
    void failureOf(world.relay.connect(ADDRESS, 80));
    expect(world.ends.length).toBe(3);
    world.end.greet();
    await world.pass(1);
    expect(world.relay.state.name).toBe('connected');
  });

  it('that is turned off, or into another, ends what is open', async () => {
    const { socket } = await open();
    const failing = failureOf(read(socket));
    const { end } = world;
    world.relay.set('wss://other.test/');
    expect(await failing).toMatchObject({ code: 'net/closed' });
    expect(end.isClosed).toBe(true);
    const waiting = failureOf(world.relay.connect(ADDRESS, 80));
    world.relay.set(undefined);
    expect(await waiting).toMatchObject({ code: 'net/closed' });
    // What an old one still says is nobody's.
    end.end('late');
    expect(world.relay.state).toEqual({ name: 'off' });
    await world.pass(100_000);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a connection of the guest’s', () => {
  it.each([
    [0x44, 'net/refused'],
    [0x42, 'net/unreachable'],
    [0x48, 'net/unreachable'],
    [0x03, 'net/unreachable'],
    [0x43, 'net/timeout'],
  ])('that the relay closes at once for reason %i fails with %s', async (reason, code) => {
    await open();
    const opening = failureOf(world.relay.connect(ADDRESS, 81));
    await world.pass(1);
    world.end.closeStream(2, reason);
    expect(await opening).toMatchObject({ code });
  });

  it('counts as made when the relay says nothing against it', async () => {
    await open();
    const opening = world.relay.connect(ADDRESS, 81);
    await world.pass(249);
    let made = false;
    void opening.then(() => (made = true));
    await world.pass(0);
    expect(made).toBe(false);
    await world.pass(2);
    expect(made).toBe(true);
  });

  it('ends well when the other end has ended, after all that came', async () => {
    const { socket, id } = await open();
    world.end.data(id, Uint8Array.of(1, 2));
    world.end.data(id, Uint8Array.of(3));
    world.end.closeStream(id, 2);
    expect([...(await read(socket))]).toEqual([1, 2, 3]);
    await socket.closed;
    expect(world.relay.traffic).toEqual({ sent: 0, received: 3, connections: 0 });
  });

  it('fails loudly when it was cut off, after all that came', async () => {
    const { socket, id } = await open();
    world.end.data(id, Uint8Array.of(1));
    world.end.closeStream(id, 3);
    const reader = socket.readable.getReader();
    expect(await reader.read()).toMatchObject({ value: Uint8Array.of(1) });
    expect(await failureOf(reader.read())).toMatchObject({ code: 'net/reset' });
  });

  it('that the guest breaks off is closed', async () => {
    const { socket, id } = await open();
    await socket.writable.abort();
    expect(world.end.heard()).toMatchObject([{ type: CLOSE, stream_id: id, payload: { reason: 2 } }]);
    const other = await open(81);
    await other.socket.readable.cancel();
    expect(world.end.heard()).toMatchObject([{ type: CLOSE, stream_id: other.id }]);
  });

  it('whose guest has sent all is left open for the answer, and closed after a minute of silence', async () => {
    const { socket, id } = await open();
    const writer = socket.writable.getWriter();
    await writer.write(Uint8Array.of(1));
    await writer.close();
    await world.pass(50_000);
    world.end.data(id, Uint8Array.of(2));
    const reader = socket.readable.getReader();
    expect(await reader.read()).toMatchObject({ value: Uint8Array.of(2) });
    await world.pass(50_000);
    expect(world.end.heard()).toMatchObject([{ type: DATA }]);
    const failing = failureOf(reader.read());
    await world.pass(10_001);
    expect(world.end.heard()).toMatchObject([{ type: CLOSE, stream_id: id }]);
    expect(await failing).toMatchObject({ code: 'net/timeout' });
  });
});

describe('who sends faster than the other end takes', () => {
  it('waits: no more packets go than the relay has said', async () => {
    const { socket, id } = await open();
    world.end.continue(id, 3);
    const bytes = noise(10 * 64 * KIB);
    const writing = socket.writable.getWriter().write(bytes);
    await world.pass(1000);
    const first = world.end.heard();
    expect(first.map(({ type }) => type)).toEqual([DATA, DATA, DATA]);
    world.end.continue(id, 4);
    await world.pass(1);
    const second = world.end.heard();
    expect(second.length).toBe(4);
    world.end.continue(id, 100);
    await writing;
    const all = [...first, ...second, ...world.end.heard()].map(({ payload }) => payload.data?.bytes ?? EMPTY);
    expect(Buffer.concat(all).equals(bytes)).toBe(true);
  });

  it('waits for the way to the relay, too', async () => {
    const { socket } = await open();
    let free = (): void => undefined;
    world.end.full = new Promise((resolve) => (free = resolve));
    const writing = socket.writable.getWriter().write(Uint8Array.of(1));
    await world.pass(1000);
    expect(world.end.heard()).toEqual([]);
    free();
    await writing;
    expect(world.end.heard()).toMatchObject([{ type: DATA }]);
  });

  it('holds the relay back while the guest does not read, and takes it up again', async () => {
    const { socket, id } = await open();
    for (let i = 0; i < 17; i++) world.end.data(id, noise(64 * KIB, i));
    expect(world.end.isHeld).toBe(true);
    // Alone it holds up nobody.
    await world.pass(100_000);
    const reader = socket.readable.getReader();
    for (let i = 0; i < 9; i++) await reader.read();
    expect(world.end.isHeld).toBe(true);
    await reader.read();
    expect(world.end.isHeld).toBe(false);
  });

  it('may not hold up the others for long: who does not read is closed, who reads slowly is not', async () => {
    const { socket: lazy, id: lazyId } = await open();
    const { socket: slow, id: slowId } = await open(81);
    await open(82);
    const reader = slow.readable.getReader();
    for (let i = 0; i < 40; i++) for (const id of [lazyId, slowId]) world.end.data(id, noise(64 * KIB, i));
    await world.pass(10_001);
    expect(world.end.heard()).toEqual([]);
    await reader.read();
    await world.pass(10_001);
    expect(world.end.heard()).toMatchObject([{ type: CLOSE, stream_id: lazyId, payload: { reason: 0x81 } }]);
    expect(await failureOf(read(lazy))).toMatchObject({ code: 'net/reset' });
    expect(world.end.isHeld).toBe(true);
    for (let i = 1; i < 40; i++) await reader.read();
    expect(world.end.isHeld).toBe(false);
  });

  it('is closed where nothing holds the relay back, before it takes all memory', async () => {
    const { socket, id } = await open();
    for (let i = 0; i <= 32; i++) world.end.data(id, noise(MIB, i));
    expect(world.end.heard()).toMatchObject([{ type: CLOSE, stream_id: id, payload: { reason: 0x81 } }]);
    expect(await failureOf(read(socket))).toMatchObject({ code: 'net/reset' });
  });
});
