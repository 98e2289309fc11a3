import { describe, expect, it } from 'vitest';
import { TcpConnection } from '#domain/net/tcp/connection.ts';
import type { ConnectionPath } from '#domain/net/tcp/initial-sequence.ts';
import { InitialSequences } from '#domain/net/tcp/initial-sequence.ts';
import type { TcpSegment } from '#domain/net/tcp/segment.ts';
import { bytesOf } from './support/application.ts';
import { VirtualClock } from './support/virtual-clock.ts';

const DELAY_MS = 10;

/** One end, its user, and what it has been told. */
class End {
  peer: End | undefined;
  readonly told: unknown[] = [];
  readonly received: number[] = [];
  readonly sent: TcpSegment[] = [];
  readonly connection: TcpConnection;

  constructor(clock: VirtualClock, path: ConnectionPath, initial: number) {
    const send = (segment: TcpSegment): void => {
      const copy = { ...segment, payload: segment.payload.slice() };
      this.sent.push(copy);
      clock.after(DELAY_MS, () => this.peer?.connection.receive(copy));
    };
    const buffers = { sendBuffer: 100_000, receiveBuffer: 100_000, mss: 1460 };
    this.connection = new TcpConnection(
      { path, clock, initial, send, ...buffers },
      {
        opened: () => void this.told.push('opened'),
        readable: () => this.#read(),
        writable: () => undefined,
        ended: (error) => void this.told.push(error ?? 'ended'),
        released: () => void this.told.push('released'),
      },
    );
  }

  #read(): void {
    for (;;) {
      const bytes = this.connection.read(1000);
      if (bytes.length === 0) return;
      this.received.push(...bytes);
    }
  }
}

function pair(initials: readonly [number, number]): { clock: VirtualClock; a: End; b: End } {
  const clock = new VirtualClock();
  const path = { localAddress: 1, localPort: 1000, remoteAddress: 2, remotePort: 2000 };
  const mirrored = { localAddress: 2, localPort: 2000, remoteAddress: 1, remotePort: 1000 };
  const a = new End(clock, path, initials[0]);
  const b = new End(clock, mirrored, initials[1]);
  a.peer = b;
  b.peer = a;
  return { clock, a, b };
}

async function pass(clock: VirtualClock, milliseconds: number): Promise<void> {
  let over = false;
  clock.after(milliseconds, () => (over = true));
  await clock.run(Infinity, () => over);
}

describe('two ends that connect to each other at once', () => {
  it('have one connection, which carries bytes both ways', async () => {
    const { clock, a, b } = pair([100, 5_000_000]);
    a.connection.connect();
    b.connection.connect();
    await pass(clock, 100);
    expect([a.connection.state, b.connection.state]).toEqual(['established', 'established']);
    a.connection.write(bytesOf(1, 0, 5000));
    b.connection.write(bytesOf(2, 0, 3000));
    await pass(clock, 500);
    expect(b.received).toEqual([...bytesOf(1, 0, 5000)]);
    expect(a.received).toEqual([...bytesOf(2, 0, 3000)]);
    expect([a.told, b.told]).toEqual([['opened'], ['opened']]);
  });

  it('and end it at once are done when both have waited', async () => {
    const { clock, a, b } = pair([1, 2]);
    a.connection.connect();
    b.connection.connect();
    await pass(clock, 100);
    a.connection.finish();
    b.connection.finish();
    await pass(clock, 15);
    expect([a.connection.state, b.connection.state]).toEqual(['closing', 'closing']);
    await pass(clock, 100);
    expect([a.connection.state, b.connection.state]).toEqual(['time-wait', 'time-wait']);
    await clock.run(Infinity);
    expect(a.told).toEqual(['opened', 'ended', 'released']);
    expect(b.told).toEqual(['opened', 'ended', 'released']);
  });
});

describe('numbers', () => {
  it('go on at 0 after the last one', async () => {
    for (const initials of [
      [0xffff_ffff, 0xffff_fffe],
      [0xffff_f000, 0xffff_8000],
    ] as const) {
      const { clock, a, b } = pair(initials);
      a.connection.connect();
      b.connection.connect();
      await pass(clock, 100);
      a.connection.write(bytesOf(1, 0, 90_000));
      b.connection.write(bytesOf(2, 0, 90_000));
      a.connection.finish();
      b.connection.finish();
      await clock.run(Infinity);
      expect(Buffer.compare(Uint8Array.from(b.received), bytesOf(1, 0, 90_000))).toBe(0);
      expect(Buffer.compare(Uint8Array.from(a.received), bytesOf(2, 0, 90_000))).toBe(0);
      expect(a.told).toEqual(['opened', 'ended', 'released']);
    }
  });

  it('begin elsewhere for each pair of ports and each key, and later for the same pair', () => {
    const path = { localAddress: 1, localPort: 1000, remoteAddress: 2, remotePort: 2000 };
    let next = 0;
    const make = (): InitialSequences => new InitialSequences(() => (next += 0x1234_5678) >>> 0);
    const [one, other] = [make(), make()];
    const firsts = Array.from({ length: 1000 }, (_, port) => one.next({ ...path, localPort: port }, 0));
    expect(new Set(firsts).size).toBe(1000);
    // Uniform enough that no quarter of the numbers is left out.
    expect(new Set(firsts.map((first) => first >>> 30)).size).toBe(4);
    expect(one.next(path, 0)).not.toBe(other.next(path, 0));
    expect((one.next(path, 1000) - one.next(path, 0)) >>> 0).toBe(250_000);
  });
});
