import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import { LargerDisk } from '#storage/index.ts';
import { noise } from '../support/noise.ts';

/** A disk in memory that has its even chunks at hand, and notes what it is asked for ahead. */
function diskOf(content: Uint8Array): BlockSource & { readonly ahead: number[] } {
  const ahead: number[] = [];
  const chunk = (index: number): Uint8Array => {
    if (index * CHUNK_BYTES >= content.length) throw new RangeError(`there is no chunk ${index}`);
    return content.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
  };
  return {
    size: content.length,
    ahead,
    peek: (index) => (index % 2 === 0 ? chunk(index) : undefined),
    read: async (index) => chunk(index),
    prefetch: (indexes) => void ahead.push(...indexes),
  };
}

describe('a larger disk', () => {
  it('reads as the other one, then as zeros, in chunks as long as any disk’s', async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 * CHUNK_BYTES }), fc.nat(3 * CHUNK_BYTES));
    await fc.assert(
      fc.asyncProperty(sizes, async ([small, more]) => {
        const content = noise(small, 1);
        const disk = new LargerDisk(diskOf(content), small + more);
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < disk.size; at += CHUNK_BYTES) chunks.push(await disk.read(at / CHUNK_BYTES));
        const expected = Buffer.concat([content, new Uint8Array(more)]);
        expect(Buffer.compare(Buffer.concat(chunks), expected)).toBe(0);
        for (const [index, chunk] of chunks.entries()) {
          const peeked = disk.peek(index);
          if (peeked) expect(Buffer.compare(peeked, chunk)).toBe(0);
          expect(peeked === undefined).toBe(index % 2 === 1 && index * CHUNK_BYTES < small);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('asks the other one for nothing that it does not have', async () => {
    const small = diskOf(noise(2 * CHUNK_BYTES, 1));
    const disk = new LargerDisk(small, 9 * CHUNK_BYTES);
    disk.prefetch([1, 2, 8]);
    disk.prefetch([5]);
    expect(small.ahead).toEqual([1]);
    expect((await disk.read(8)).every((byte) => byte === 0)).toBe(true);
  });
});
