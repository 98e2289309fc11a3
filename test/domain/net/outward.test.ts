import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { parseIpv4 } from '#domain/net/address.ts';
import type { Outside, TcpSocket } from '#domain/net/index.ts';
import { IP_PROTOCOL } from '#domain/net/ipv4.ts';
import { ACK, FIN, RST, SYN, type TcpSegment } from '#domain/net/tcp/segment.ts';
import { Guest, GUEST } from './support/guest.ts';

const WORLD = parseIpv4('192.0.2.7');
const PORTS = { sourcePort: 5000, destinationPort: 80 };
const SEQUENCE = 1000;

/** The world, in the hands of a test: one connection, of which it is both what comes and where it goes. */
class World implements Outside {
  isOpen = true;
  readonly asked: string[] = [];
  readonly got: number[] = [];
  /** How its writable side ended. */
  ended: unknown;
  cancelled = false;
  answer: (result: TcpSocket | AppError) => void = () => undefined;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #sink: WritableStreamDefaultController | undefined;

  connect(address: string, port: number): Promise<TcpSocket> {
    this.asked.push(`${address}:${port}`);
    return new Promise((resolve, reject) => {
      this.answer = (result) => (result instanceof AppError ? reject(result) : resolve(result));
    });
  }

  streams(): TcpSocket {
    return {
      readable: new ReadableStream({
        start: (controller) => void (this.#controller = controller),
        cancel: () => void (this.cancelled = true),
      }),
      writable: new WritableStream({
        start: (controller) => void (this.#sink = controller),
        write: (chunk) => void this.got.push(...chunk),
        close: () => void (this.ended = 'closed'),
        abort: (reason) => void (this.ended = reason),
      }),
      closed: Promise.resolve(),
    };
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#controller?.enqueue(bytes);
  }

  end(): void {
    this.#controller?.close();
  }

  /** It takes no more, either. */
  endBoth(): void {
    this.#sink?.error(new AppError('net/reset', { address: 'the world' }));
    this.end();
  }

  fail(): void {
    this.#controller?.error(new AppError('net/reset', { address: 'the world' }));
  }
}

let world = new World();
let guest = new Guest();
beforeEach(() => {
  world = new World();
  guest = new Guest({ outside: world });
});

function syn(): void {
  guest.sendTcp({ ...PORTS, flags: SYN, sequence: SEQUENCE, window: 65_535, options: { mss: 1460 } }, WORLD);
}

/** What came, with the hardware address asked for first. */
async function answers(): Promise<readonly TcpSegment[]> {
  await guest.pass(1);
  return guest.segments();
}

/** A connection that is open on both sides; `send` is the guest's next segment. */
async function open(): Promise<{ send: (fields: Partial<TcpSegment>) => void; expected: number }> {
  syn();
  world.answer(world.streams());
  const [answer] = await answers();
  if (!answer) throw new Error('there was no answer');
  const expected = (answer.sequence + 1) >>> 0;
  const common = { ...PORTS, flags: ACK, sequence: SEQUENCE + 1, acknowledgement: expected, window: 65_535 };
  const send = (fields: Partial<TcpSegment>): void => guest.sendTcp({ ...common, ...fields }, WORLD);
  send({});
  return { send, expected };
}

describe('the way out', () => {
  it('that is closed is told so at once, and half of an old connection is reset', async () => {
    world.isOpen = false;
    syn();
    await guest.pass(1);
    expect(guest.icmp()).toMatchObject([{ type: 'unreachable', code: 0 }]);
    guest.sendTcp({ ...PORTS, flags: ACK, sequence: 7, acknowledgement: 99 }, WORLD);
    expect(await answers()).toMatchObject([{ flags: RST, sequence: 99, sourcePort: 80 }]);
    expect(world.asked).toEqual([]);
  });

  it('is asked for once, and the guest answered when it is there, from the address that it wanted', async () => {
    syn();
    syn();
    expect(await answers()).toEqual([]);
    expect(world.asked).toEqual(['192.0.2.7:80']);
    world.answer(world.streams());
    await guest.pass(1);
    const [packet, ...others] = guest.packets();
    expect(packet).toMatchObject({ source: WORLD, destination: GUEST });
    expect(others).toEqual([]);
    // It comes again: the answer, not the connection.
    syn();
    expect(await answers()).toMatchObject([{ flags: SYN | ACK, acknowledgement: SEQUENCE + 1 }]);
    expect(world.asked.length).toBe(1);
  });

  it('is refused as the world refuses it, or cannot be reached', async () => {
    syn();
    world.answer(new AppError('net/refused', { address: 'there' }));
    expect(await answers()).toMatchObject([{ flags: RST | ACK, acknowledgement: SEQUENCE + 1 }]);
    syn();
    world.answer(new AppError('net/timeout', { address: 'there' }));
    await guest.pass(1);
    expect(guest.icmp()).toMatchObject([{ type: 'unreachable', code: 1 }]);
  });

  it('is let go when the guest no longer wants it', async () => {
    syn();
    guest.sendTcp({ ...PORTS, flags: RST, sequence: SEQUENCE + 1 }, WORLD);
    world.answer(world.streams());
    expect(await answers()).toEqual([]);
    expect(world.ended).toMatchObject({ code: 'net/closed' });
    syn();
    world.answer(world.streams());
    await answers();
    guest.sendTcp({ ...PORTS, flags: RST, sequence: SEQUENCE + 1 }, WORLD);
    await guest.pass(1);
    expect(world.ended).toMatchObject({ code: 'net/refused' });
    expect(world.cancelled).toBe(true);
  });

  it('is none for what is no TCP: that is said, while there is one', async () => {
    guest.sendUdp({ sourcePort: 1000, destinationPort: 443, payload: new Uint8Array(20) }, GUEST, WORLD);
    guest.sendIpv4(IP_PROTOCOL.icmp, Uint8Array.of(8, 0, 0xf7, 0xff, 0, 0, 0, 0), GUEST, WORLD);
    await guest.pass(1);
    expect(guest.icmp()).toMatchObject([
      { type: 'unreachable', code: 3 },
      { type: 'unreachable', code: 0 },
    ]);
  });

  it('is closed with the stack', async () => {
    syn();
    guest.stack.close();
    world.answer(world.streams());
    await guest.pass(1);
    expect(world.ended).toMatchObject({ code: 'net/closed' });
    expect(guest.clock.pending).toBe(0);
  });
});

describe('a connection to the world', () => {
  it('carries bytes both ways and ends in its two directions apart', async () => {
    const { send, expected } = await open();
    send({ payload: Uint8Array.of(1, 2, 3) });
    send({ sequence: SEQUENCE + 4, flags: ACK | FIN });
    await guest.pass(10);
    expect(world.got).toEqual([1, 2, 3]);
    expect(world.ended).toBe('closed');
    guest.segments();
    world.send(Uint8Array.of(4, 5));
    world.end();
    const segments = await answers();
    expect(segments.flatMap(({ payload }) => [...payload])).toEqual([4, 5]);
    expect(segments.some(({ flags }) => (flags & FIN) !== 0)).toBe(true);
    send({ sequence: SEQUENCE + 5, acknowledgement: expected + 3 });
    await guest.pass(1);
    expect(guest.stack.connections).toBe(0);
  });

  it('that the world has ended loses nothing that is on its way to the guest, though nobody takes what the guest sends', async () => {
    const { send, expected } = await open();
    world.send(Uint8Array.of(1, 2, 3, 4, 5));
    await guest.pass(1);
    world.endBoth();
    await guest.pass(1);
    send({ payload: Uint8Array.of(9) });
    await guest.pass(100);
    const segments = guest.segments();
    expect(segments.flatMap(({ payload }) => [...payload])).toEqual([1, 2, 3, 4, 5]);
    expect(segments.some(({ flags }) => (flags & FIN) !== 0)).toBe(true);
    expect(segments.some(({ flags }) => (flags & RST) !== 0)).toBe(false);
    // Once it has all, it is told that nobody takes any more.
    send({ sequence: SEQUENCE + 2, acknowledgement: expected + 6 });
    await guest.pass(10);
    send({ sequence: SEQUENCE + 2, acknowledgement: expected + 6, payload: Uint8Array.of(9) });
    await guest.pass(10);
    expect(guest.segments()).toMatchObject([{ flags: RST | ACK }]);
  });

  it('is reset when the world breaks it off', async () => {
    await open();
    world.fail();
    await guest.pass(1);
    expect(guest.segments().some(({ flags }) => (flags & RST) !== 0)).toBe(true);
    expect(world.ended).toMatchObject({ code: 'net/reset' });
  });

  it('is broken off in the world when the guest resets it', async () => {
    const { send } = await open();
    send({ flags: RST });
    await guest.pass(1);
    expect(world.ended).toMatchObject({ code: 'net/reset' });
    expect(world.cancelled).toBe(true);
  });

  it('is another one where only the address of the world differs', async () => {
    await open();
    const other = parseIpv4('192.0.2.8');
    guest.sendTcp({ ...PORTS, flags: SYN, sequence: 7, window: 100 }, other);
    world.answer(world.streams());
    await guest.pass(1);
    expect(guest.packets().filter(({ source }) => source === other).length).toBeGreaterThan(0);
    expect(guest.stack.connections).toBe(2);
  });
});
