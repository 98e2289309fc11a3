import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/tiny-container.ts';
import { bodyOf, bytesOf, textOf } from './support/bodies.ts';
import { eventually } from './support/eventually.ts';
import { joinedStacks } from './support/joined-stacks.ts';
import { clientOf } from './support/servers.ts';

const GET = { method: 'GET', target: '/', headers: [] } as const;
const MIB = 1024 * 1024;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let close = (): void => undefined;
afterEach(() => close());

describe('over our own TCP/IP, frame by frame', () => {
  it('a download and an upload come through, byte for byte', async () => {
    const bytes = noise(4 * MIB, 3);
    const net = joinedStacks(80, (request, response) => {
      if (request.method === 'GET') return void response.end(bytes);
      const hash = createHash('sha256');
      request.on('data', (piece: Buffer) => hash.update(piece)).on('end', () => response.end(hash.digest('hex')));
    });
    ({ close } = net);
    const client = clientOf({}, { connect: net.connect });
    expect(sha(await bytesOf((await client.exchange(80, GET)).body))).toBe(sha(bytes));
    const upload = { ...GET, method: 'POST', body: bodyOf(bytes) };
    expect(await textOf((await client.exchange(80, upload)).body)).toBe(sha(bytes));
  });

  it('100 requests at once are all answered', async () => {
    const net = joinedStacks(3000, (request, response) => response.end(`answer to ${request.url}`));
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
    const net = joinedStacks(80, (_, response) => {
      response.on('close', () => closed++);
      const write = (): void => {
        while (!response.destroyed && written < 64 * MIB) {
          written += 64 * 1024;
          if (!response.write(Buffer.alloc(64 * 1024))) return void response.once('drain', write);
        }
      };
      write();
    });
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
});
