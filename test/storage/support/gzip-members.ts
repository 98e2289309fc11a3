import fc from 'fast-check';
import { expect } from 'vitest';
import { concatBytes } from '#domain/bytes/index.ts';
import { unpack } from '#storage/unpack/unpack.ts';
import { noise } from '../../support/noise.ts';

/** One member, packed by the platform, so that browsers can tell the story, too. */
async function member(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Members of any sizes come out as one, however they are cut. */
export async function gzipMembersStory(): Promise<void> {
  const contents = fc.array(fc.oneof(fc.nat(40), fc.nat(5000), fc.constant(200_000)), { minLength: 1, maxLength: 5 });
  const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(contents, sizes, async (lengths, pieces) => {
      const parts = lengths.map((length, at) => noise(length, at + 1).map((byte) => (at % 2 === 0 ? byte : byte & 3)));
      const packed = concatBytes(await Promise.all(parts.map(member)));
      const step = packed.length > 20_000 ? pieces.map((size) => size + 500) : pieces;
      const found: Uint8Array[] = [];
      for await (const piece of unpack({ format: 'gzip', what: 'data.tar', limit: 2 ** 30 }, cut(packed, step)))
        found.push(piece);
      expect(same(concatBytes(found), concatBytes(parts))).toBe(true);
    }),
    { numRuns: 40 },
  );
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
