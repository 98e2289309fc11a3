import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, ZERO_FRAME } from '#domain/container/index.ts';
import { loadCompression } from '#storage/index.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';

const compression = await loadCompression();
const compress = (bytes: Uint8Array, level: number): Uint8Array => compression.compress(bytes, level);
const decompress = (frame: Uint8Array, limit: number): Uint8Array => compression.decompress(frame, limit);
const text = new TextEncoder().encode('so '.repeat(1000));

/** A frame whose header says that it holds `bytes` (RFC 8878: single segment, 4 bytes of content size). */
function claiming(bytes: number): Uint8Array {
  const frame = ZERO_FRAME.slice();
  new DataView(frame.buffer).setUint32(5, bytes, true);
  return frame;
}

describe('compression', () => {
  it('gives back what it took, at any level', () => {
    const contents = fc.oneof(
      fc.uint8Array({ maxLength: 5000 }),
      fc.nat(200_000).map((length) => noise(length).map((byte) => byte & 3)),
    );
    fc.assert(
      fc.property(contents, fc.constantFrom(1, 3, 9), (content, level) => {
        const frame = compress(content, level);
        expect(Buffer.compare(decompress(frame, content.length), content)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the frame of a chunk of zeros for what it is', () => {
    const chunk = decompress(ZERO_FRAME, CHUNK_BYTES);
    expect(chunk.length).toBe(CHUNK_BYTES);
    expect(chunk.every((byte) => byte === 0)).toBe(true);
  });

  it('hands out bytes of its own, not of its memory', () => {
    const first = decompress(compress(text, 1), text.length);
    const second = decompress(compress(noise(text.length), 1), text.length);
    expect(Buffer.compare(first, text)).toBe(0);
    expect(first.byteLength).toBe(first.buffer.byteLength);
    expect(second.buffer).not.toBe(first.buffer);
  });

  it('reads a frame that lies inside of a larger buffer', () => {
    const frame = compress(text, 1);
    const shifted = new Uint8Array(frame.length + 9);
    shifted.set(frame, 4);
    expect(decompress(shifted.subarray(4, 4 + frame.length), text.length)).toHaveLength(text.length);
  });
});

describe('a frame', () => {
  it('that holds more than fits is refused', async () => {
    expect(await failureOf(() => decompress(compress(text, 1), text.length - 1))).toMatchObject({
      code: 'format/invalid',
      data: { detail: `it claims ${text.length} bytes, at most ${text.length - 1} fit` },
    });
  });

  it('that claims a huge content is refused before anything is allocated for it', async () => {
    // Allocated, they would make WebAssembly's memory grow by 4 GiB a try, and fail.
    for (let i = 0; i < 50; i++) {
      expect(await failureOf(() => decompress(claiming(0xffff_ffff), CHUNK_BYTES))).toMatchObject({
        code: 'format/invalid',
      });
    }
    expect(decompress(ZERO_FRAME, CHUNK_BYTES)).toHaveLength(CHUNK_BYTES);
  });

  it.each([CHUNK_BYTES - 1, 1, 0])('that claims %i bytes and holds a chunk is refused', async (claimed) => {
    expect(await failureOf(() => decompress(claiming(claimed), CHUNK_BYTES))).toMatchObject({ code: 'format/invalid' });
  });

  it('that claims more than it holds is refused', async () => {
    expect(await failureOf(() => decompress(claiming(CHUNK_BYTES + 1), 2 * CHUNK_BYTES))).toMatchObject({
      code: 'format/invalid',
    });
  });

  it('that another one follows is refused: a chunk has one', async () => {
    const two = Uint8Array.from([...compress(text, 1), ...compress(text, 1)]);
    expect(await failureOf(() => decompress(two, 10 * text.length))).toMatchObject({ code: 'format/invalid' });
  });

  it('that is cut short is refused', async () => {
    const frame = compress(noise(1000), 1);
    for (let length = 0; length < frame.length; length += 13) {
      expect(await failureOf(() => decompress(frame.subarray(0, length), 1000))).toMatchObject({
        code: 'format/invalid',
      });
    }
  });

  it('made of garbage is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (garbage) => {
        expect(await failureOf(() => decompress(garbage, CHUNK_BYTES))).toMatchObject({ code: 'format/invalid' });
      }),
    );
  });
});
