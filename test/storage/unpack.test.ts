import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadCompression, unpack } from '#storage/index.ts';
import { bytesOf, inPieces } from '../domain/packages/archive/support/reading.ts';
import { pack } from '../domain/packages/archive/support/packing.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { gzipMembersStory } from './support/gzip-members.ts';

type Format = 'gzip' | 'xz' | 'zstd';

const LIMIT = 2 ** 30;
const FORMATS = ['gzip', 'xz', 'zstd'] as const;
const content = noise(300_000);

const streamOf = (format: Format, packed: AsyncIterable<Uint8Array>, limit = LIMIT) =>
  unpack({ format, what: 'data.tar', limit }, packed);
const unpacked = (format: Format, packed: Uint8Array, limit = LIMIT) =>
  bytesOf(streamOf(format, inPieces(packed, [5000]), limit));

describe.each(FORMATS)('%s', (format) => {
  const packed = pack(content, format);

  it('gives what was packed, also of several streams after each other', async () => {
    expect(Buffer.compare(await unpacked(format, packed), content)).toBe(0);
    const twice = await unpacked(format, Buffer.concat([packed, packed, packed]));
    expect(Buffer.compare(twice, Buffer.concat([content, content, content]))).toBe(0);
    expect(await unpacked(format, pack(new Uint8Array(), format))).toHaveLength(0);
  });

  it('is refused when it is cut short or ends in something else', async () => {
    for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 100_000), packed.subarray(0, 5)])
      expect(await failureOf(unpacked(format, bytes))).toMatchObject({
        code: 'archive/damaged',
        data: { what: 'data.tar' },
      });
    // Node's gzip passes over what follows, as gzip(1) does.
    if (format === 'gzip') return;
    const trailed = Buffer.concat([packed, Buffer.from('junk')]);
    expect(await failureOf(unpacked(format, trailed))).toMatchObject({ code: 'archive/damaged' });
  });

  it('passes on why its bytes cannot be read', async () => {
    const broken = (async function* () {
      yield packed.subarray(0, 70_000);
      throw new Error('the disk is gone');
    })();
    await expect(bytesOf(streamOf(format, broken))).rejects.toThrow('the disk is gone');
  });

  it('lets go of its bytes when nobody reads on', async () => {
    let closed = 0;
    const source = async function* () {
      try {
        yield* inPieces(Buffer.concat([packed, packed]), [5000]);
      } finally {
        closed++;
      }
    };
    for (let turn = 1; turn <= 3; turn++) {
      for await (const _ of streamOf(format, source())) break;
      await expect.poll(() => closed).toBe(turn);
    }
  });
});

it('gzip is told apart from what only looks like the begin of another member', async () => {
  // Stored as it is: the looks of headers, behind what looks like a length.
  const looks = Buffer.concat(
    Array.from({ length: 500 }, (_, at) => Buffer.from([at, 0, 0, 0, 0x1f, 0x8b, 8, at % 32])),
  );
  const packed = gzipSync(looks, { level: 0 });
  expect(Buffer.compare(await unpacked('gzip', packed), looks)).toBe(0);
});

it('gzip of many members is unpacked, in whatever pieces it comes', () => gzipMembersStory());

describe('xz', () => {
  it('is compared with its check', async () => {
    const packed = pack(content, 'xz').slice();
    packed[150_000]! ^= 1;
    expect(await failureOf(unpacked('xz', packed))).toMatchObject({ code: 'archive/damaged' });
  });

  it('of two packages at a time waits for its turn', async () => {
    const packed = pack(content, 'xz');
    const [first, second] = await Promise.all([unpacked('xz', packed), unpacked('xz', packed)]);
    expect(Buffer.compare(first, second)).toBe(0);
  });
});

describe('zstd', () => {
  it('may say how much it holds, or not, and be compressed', async () => {
    const text = new TextEncoder().encode('so '.repeat(100_000));
    const { compress } = await loadCompression();
    expect(Buffer.compare(await unpacked('zstd', compress(text, 3)), text)).toBe(0);
  });

  it('passes over frames that are to be skipped', async () => {
    const skipped = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    const packed = Buffer.concat([pack(content, 'zstd'), skipped]);
    expect(await unpacked('zstd', packed)).toHaveLength(content.length);
  });

  it('is refused before it takes more memory than it may', async () => {
    expect(await failureOf(unpacked('zstd', pack(content, 'zstd'), 200_000))).toMatchObject({
      code: 'archive/too-large',
    });
    // 3 bytes of 2 MB each: repeated bytes.
    const block = Uint8Array.of(0xfa, 0xff, 0xff, 0);
    const bomb = Buffer.concat([
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58),
      ...Array.from({ length: 500 }, () => block),
    ]);
    expect(await failureOf(unpacked('zstd', bomb))).toMatchObject({ code: 'archive/too-large' });
  });
});
