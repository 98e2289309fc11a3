import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xxh32 } from '#domain/overlay/xxh32.ts';

const P = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1].map(BigInt) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];
const mask = 0xffffffffn;
const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;

/** The algorithm as its specification tells it, for any length. */
function specified(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (at: number): bigint => BigInt(view.getUint32(at, true));
  const s = BigInt(seed);
  let lanes = [s + P[0] + P[1], s + P[1], s, s - P[0]].map((lane) => lane & mask);
  let at = 0;
  for (; at + 16 <= bytes.length; at += 16) {
    lanes = lanes.map((lane, i) => (rotate((lane + word(at + 4 * i) * P[1]) & mask, 13n) * P[0]) & mask);
  }
  const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
  let hash = bytes.length < 16 ? s + P[4] : rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n);
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at + 4 <= bytes.length; at += 4) hash = (rotate((hash + word(at) * P[2]) & mask, 17n) * P[3]) & mask;
  for (; at < bytes.length; at++) hash = (rotate((hash + BigInt(bytes[at]!) * P[4]) & mask, 11n) * P[0]) & mask;
  hash = ((hash ^ (hash >> 15n)) * P[1]) & mask;
  hash = ((hash ^ (hash >> 13n)) * P[2]) & mask;
  return Number(hash ^ (hash >> 16n));
}

describe('XXH32', () => {
  it('is told rightly by the test', () => {
    const text = new TextEncoder().encode('Nobody inspects the spammish repetition');
    expect(specified(text, 0)).toBe(0xe2293b2f);
  });

  it('is what the specification says, from any word to any other', () => {
    const stripes = fc.integer({ min: 1, max: 40 });
    const seeds = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(stripes, fc.nat(3), seeds, fc.infiniteStream(fc.nat(255)), (count, stripe, seed, stream) => {
        const bytes = Uint8Array.from({ length: 16 * (count + stripe) }, () => stream.next().value as number);
        const words = new Int32Array(bytes.buffer);
        expect(xxh32(words, 4 * stripe, words.length, seed)).toBe(specified(bytes.subarray(16 * stripe), seed));
      }),
    );
  });
});
