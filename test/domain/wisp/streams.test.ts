import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TcpSocket } from '#domain/net/index.ts';
import { noise } from '../../support/noise.ts';
import { CLOSE, CONNECT, DATA, Relayed } from './support/relay-end.ts';

/** What passes over one connection, and how. Bytes, milliseconds. */
interface Plan {
  readonly up: readonly number[];
  readonly down: readonly number[];
  /** Between two packets that the relay passes on, and between two reads of the guest. */
  readonly relayMs: number;
  readonly guestMs: number;
  /** The relay ends it when it has sent all; else the guest breaks off what it reads. */
  readonly ends: boolean;
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 300_000 })), {
  maxLength: 8,
});
const plan: fc.Arbitrary<Plan> = fc.record({
  up: sizes,
  down: sizes,
  relayMs: fc.integer({ min: 0, max: 50 }),
  guestMs: fc.integer({ min: 0, max: 50 }),
  ends: fc.boolean(),
});

const total = (pieces: readonly number[]): number => pieces.reduce((sum, size) => sum + size, 0);

/** The relay's side of all streams: it takes `buffer` packets of each, and never more. */
class Exchange {
  readonly #world: Relayed;
  readonly #buffer: number;
  readonly #plans: readonly Plan[];
  readonly #waiting = new Map<number, number>();
  readonly taken = new Map<number, Uint8Array[]>();
  readonly closed = new Set<number>();
  overflows = 0;

  constructor(world: Relayed, buffer: number, plans: readonly Plan[]) {
    this.#world = world;
    this.#buffer = buffer;
    this.#plans = plans;
    world.end.onPacket = ({ type, stream_id: id, payload }) => {
      if (type === CONNECT) void this.#serve(id, payload.port ?? 0);
      if (type === CLOSE) this.closed.add(id);
      if (type === DATA) this.#take(id, payload.data?.bytes ?? new Uint8Array(0));
    };
  }

  #take(id: number, bytes: Uint8Array): void {
    const waiting = (this.#waiting.get(id) ?? 0) + 1;
    this.#waiting.set(id, waiting);
    if (waiting > this.#buffer) this.overflows++;
    this.taken.set(id, [...(this.taken.get(id) ?? []), bytes.slice()]);
  }

  async #serve(id: number, port: number): Promise<void> {
    const { down, relayMs, ends, up } = this.#plans[port]!;
    const { clock, end } = this.#world;
    let sent = 0;
    let passed = 0;
    const bytes = noise(total(down), port);
    const isDone = (): boolean =>
      sent === down.length && total(up) <= total((this.taken.get(id) ?? []).map((b) => b.length));
    while (!isDone() || (this.#waiting.get(id) ?? 0) > 0) {
      await clock.sleep(relayMs + 1);
      if (this.closed.has(id)) return;
      const waiting = this.#waiting.get(id) ?? 0;
      if (waiting > 0) {
        this.#waiting.set(id, waiting - 1);
        passed++;
        if (passed % Math.ceil(this.#buffer / 2) === 0) end.continue(id, this.#buffer - waiting + 1);
      }
      if (sent < down.length) {
        const at = total(down.slice(0, sent));
        end.data(id, bytes.subarray(at, at + down[sent++]!));
      }
    }
    if (ends) end.closeStream(id, 2);
  }
}

/** The guest's side of one. */
async function use(
  world: Relayed,
  socket: TcpSocket,
  { up, down, guestMs, ends }: Plan,
  seed: number,
): Promise<Buffer> {
  const write = async (): Promise<void> => {
    const writer = socket.writable.getWriter();
    const bytes = noise(total(up), seed + 1000);
    let at = 0;
    for (const size of up) await writer.write(bytes.subarray(at, (at += size)));
    await writer.close().catch(() => undefined);
  };
  const read = async (): Promise<Buffer> => {
    const reader = socket.readable.getReader();
    const chunks: Uint8Array[] = [];
    for (;;) {
      const left = total(down) - total(chunks.map(({ length }) => length));
      if (left === 0 && !ends) return Buffer.concat(chunks);
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      chunks.push(value);
      await world.clock.sleep(guestMs);
    }
  };
  const [, received] = await Promise.all([write(), read()]);
  if (!ends) await socket.writable.abort().catch(() => undefined);
  return received;
}

describe('streams through a relay', () => {
  it('carry every byte once and in order both ways, and no more packets wait than the relay takes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plan, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 8 }),
        async (plans, buffer) => {
          const world = new Relayed();
          world.relay.set('wss://relay.test/');
          const exchange = new Exchange(world, buffer, plans);
          world.end.greet(buffer);
          const all = plans.map(async (each, port) =>
            use(world, await world.relay.connect('192.0.2.7', port), each, port),
          );
          let over = false;
          const results = Promise.all(all).finally(() => (over = true));
          results.catch(() => undefined);
          await world.clock.run(10_000_000, () => over);
          const received = await results;
          for (const [port, each] of plans.entries()) {
            expect(received[port]!.equals(noise(total(each.down), port)), `down ${port}`).toBe(true);
            const up = Buffer.concat(exchange.taken.get(port + 1) ?? []);
            expect(up.equals(noise(total(each.up), port + 1000)), `up ${port}`).toBe(true);
          }
          expect(exchange.overflows).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
