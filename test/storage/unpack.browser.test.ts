import { expect, it } from 'vitest';
import { concatBytes } from '#domain/bytes/index.ts';
import { unpack } from '#storage/unpack/unpack.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { gzipMembersStory } from './support/gzip-members.ts';

/** `so so so …`, 3,000 bytes, as xz and zstd pack it. */
const PACKED = {
  xz: '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4Au3ABhdADmbwBb4F3o8AOpFXQH6QEQQXrhekE4hPACVZYPYAAEwuBcAAACD/1YqPjANiwIAAAAAAVla',
  zstd: 'KLUv/QRYVQAAGHNvIAEAstN3Q1dLc88=',
} as const;
const text = new TextEncoder().encode('so '.repeat(1000));

async function unpacked(format: 'gzip' | 'xz' | 'zstd', ...packed: readonly Uint8Array[]): Promise<Uint8Array> {
  const pieces = (async function* () {
    yield* packed;
  })();
  const found: Uint8Array[] = [];
  for await (const piece of unpack({ format, what: 'data.tar', limit: 2 ** 30 }, pieces)) found.push(piece);
  return concatBytes(found);
}

it('gzip of many members is unpacked, in whatever pieces it comes', () => gzipMembersStory(), 120_000);

it('gzip that is cut short, changed, or followed by something else is refused', async () => {
  const stream = new Blob([noise(50_000)]).stream().pipeThrough(new CompressionStream('gzip'));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const changed = packed.slice();
  changed[25_000] = (changed[25_000] ?? 0) ^ 1;
  for (const bytes of [packed.subarray(0, -3), changed, concatBytes([packed, noise(100)])])
    expect(await failureOf(unpacked('gzip', bytes))).toMatchObject({ code: 'archive/damaged' });
});

it.each(['xz', 'zstd'] as const)(
  '%s is unpacked, one after another, and refused when it is cut short',
  async (format) => {
    const packed = Uint8Array.from(atob(PACKED[format]), (character) => character.charCodeAt(0));
    expect(await unpacked(format, packed)).toEqual(text);
    expect(await failureOf(unpacked(format, packed.subarray(0, -5)))).toMatchObject({ code: 'archive/damaged' });
    expect(await unpacked(format, packed, packed)).toHaveLength(2 * text.length);
  },
);
