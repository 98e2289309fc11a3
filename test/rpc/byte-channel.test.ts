import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { ByteChannel } from '#rpc/byte-channel.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';

let ports: MessageChannel;
let near: ByteChannel;
let far: ByteChannel;

beforeEach(() => {
  ports = new MessageChannel();
  near = new ByteChannel(ports.port1);
  far = new ByteChannel(ports.port2);
});
afterEach(() => ports.port1.close());

async function collect(readable: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function send(channel: ByteChannel, pieces: readonly Uint8Array[]): Promise<void> {
  const writer = channel.writable.getWriter();
  for (const piece of pieces) await writer.write(piece);
  await writer.close();
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Lets all messages arrive that are on their way. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve));
}

const ERROR = new AppError('net/reset', { address: 'a:1' });
const TOLD = { code: 'net/reset', data: { address: 'a:1' } };

describe('a channel of bytes between threads', () => {
  it('carries bytes both ways at once, whatever their pieces, and ends when both have ended', async () => {
    const pieces = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, pieces, async (there, back) => {
        const { port1, port2 } = new MessageChannel();
        const [a, b] = [new ByteChannel(port1), new ByteChannel(port2)];
        const [out, home] = [there, back].map((sizes) => sizes.map((size, i) => noise(size, i + 1)));
        const [came, returned] = await Promise.all([
          collect(b.readable),
          collect(a.readable),
          send(a, out!),
          send(b, home!),
        ]);
        expect([hashOf(came), hashOf(returned)]).toEqual([out!, home!].map((all) => hashOf(Buffer.concat(all))));
        await Promise.all([a.closed, b.closed]);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves the sender its bytes', async () => {
    const bytes = noise(1000);
    const coming = collect(far.readable);
    await send(near, [bytes]);
    expect((await coming).equals(noise(1000))).toBe(true);
    expect(bytes).toEqual(noise(1000));
  });

  it('makes who sends wait for who reads', async () => {
    const writer = near.writable.getWriter();
    let written = 0;
    const writing = (async () => {
      for (; written < 64; written++) await writer.write(new Uint8Array(256 * 1024));
    })();
    await settle();
    // A window, and the piece that waits for room.
    expect(written).toBeLessThanOrEqual(17);
    const reader = far.readable.getReader();
    for (let i = 0; i < 4; i++) await reader.read();
    await settle();
    expect(written).toBeGreaterThan(17);
    expect(written).toBeLessThanOrEqual(21);
    await reader.cancel(ERROR);
    expect(await failureOf(writing)).toMatchObject(TOLD);
  });

  it('lets one direction end, or be cancelled, while the other goes on', async () => {
    await send(near, [noise(10)]);
    expect(await collect(far.readable)).toHaveLength(10);
    await near.readable.cancel(ERROR);
    const writer = far.writable.getWriter();
    await expect(writer.closed).rejects.toMatchObject(TOLD);
    await near.closed;
    const other = new MessageChannel();
    const [a, b] = [new ByteChannel(other.port1), new ByteChannel(other.port2)];
    await b.readable.cancel(ERROR);
    const coming = collect(a.readable);
    await send(b, [noise(20)]);
    expect(await coming).toHaveLength(20);
  });

  it('breaks off both directions at both ends, also while a write waits', async () => {
    const writer = near.writable.getWriter();
    const stuck = writer.write(new Uint8Array(2 ** 20));
    stuck.catch(() => undefined);
    await settle();
    const reading = failureOf(collect(near.readable));
    await writer.abort(ERROR);
    expect(await reading).toMatchObject(TOLD);
    expect(await failureOf(far.closed)).toMatchObject(TOLD);
    expect(await failureOf(collect(far.readable))).toMatchObject(TOLD);
    expect(await failureOf(near.closed)).toMatchObject(TOLD);
  });

  it('fails when the other end is gone', async () => {
    const reading = failureOf(collect(near.readable));
    ports.port2.close();
    expect(await reading).toMatchObject({ code: 'rpc/closed' });
  });
});
