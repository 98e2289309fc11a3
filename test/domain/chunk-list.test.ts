import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHUNK_BYTES,
  decodeChunkList,
  digestFromBytes,
  digestToBytes,
  encodeChunkList,
  ZERO_FRAME,
} from '#domain/container/index.ts';
import { failureOf } from '../support/failure.ts';

const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestFromBytes(bytes));
const frameLengths = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * CHUNK_BYTES }));
const chunkLists = fc.array(fc.record({ compressedLength: frameLengths, digest: digests }), { maxLength: 50 });

/** Bytes of the blob: a chunk of zeros has a frame there too. */
const blobBytes = (records: readonly { compressedLength: number }[]): number =>
  records.reduce((sum, { compressedLength }) => sum + (compressedLength || ZERO_FRAME.length), 0);

describe('a chunk list', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(chunkLists, (records) => {
        const decoded = decodeChunkList(encodeChunkList(records), blobBytes(records));
        expect(decoded.map(({ compressedLength, digest }) => ({ compressedLength, digest }))).toEqual(records);
      }),
    );
  });

  it('keeps apart equal digests in a row and what comes between them', () => {
    const few = fc.constantFrom(...[0, 1, 2].map((byte) => digestFromBytes(new Uint8Array(32).fill(byte, 31))));
    const lists = fc.array(fc.record({ compressedLength: frameLengths, digest: few }));
    fc.assert(
      fc.property(lists, (records) => {
        const decoded = decodeChunkList(encodeChunkList(records), blobBytes(records));
        expect(decoded.map(({ digest }) => digest)).toEqual(records.map(({ digest }) => digest));
      }),
    );
  });

  it('places each frame right after the one before, with the frames of zero chunks counted in', () => {
    fc.assert(
      fc.property(chunkLists, (records) => {
        const decoded = decodeChunkList(encodeChunkList(records), blobBytes(records));
        expect(decoded.map(({ offset }) => offset)).toEqual(records.map((_, i) => blobBytes(records.slice(0, i))));
      }),
    );
  });

  it('is read where it lies inside of a larger buffer', () => {
    const digest = digestFromBytes(new Uint8Array(32).fill(7));
    const list = encodeChunkList([{ compressedLength: 5, digest }]);
    const shifted = new Uint8Array(list.length + 3);
    shifted.set(list, 3);
    expect(decodeChunkList(shifted.subarray(3), 5)).toEqual([{ offset: 0, compressedLength: 5, digest }]);
  });

  it('that is cut short is refused', async () => {
    await fc.assert(
      fc.asyncProperty(chunkLists, fc.nat(), async (records, cut) => {
        fc.pre(records.length > 0);
        const list = encodeChunkList(records);
        const length = cut % list.length;
        fc.pre(length % 36 !== 0);
        const failure = await failureOf(() => decodeChunkList(list.subarray(0, length), blobBytes(records)));
        expect(failure).toMatchObject({ code: 'format/invalid', data: { what: 'The chunk list' } });
      }),
    );
  });

  it('whose frames reach beyond the blob is refused', async () => {
    const digest = digestFromBytes(new Uint8Array(32));
    const list = encodeChunkList([
      { compressedLength: 100, digest },
      { compressedLength: 0, digest },
    ]);
    expect(decodeChunkList(list, 100 + ZERO_FRAME.length)).toHaveLength(2);
    const failure = await failureOf(() => decodeChunkList(list, 100 + ZERO_FRAME.length - 1));
    expect(failure).toMatchObject({
      code: 'format/invalid',
      data: { detail: 'its chunks end at 113, the blob at 112' },
    });
  });

  it('made of garbage is refused or read, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), (garbage, length) => {
        const read = (): number => decodeChunkList(garbage, length).length;
        try {
          expect(read()).toBe(garbage.length / 36);
        } catch (error) {
          expect(error).toMatchObject({ code: 'format/invalid' });
        }
      }),
    );
  });
});

describe('a digest', () => {
  it('goes to bytes and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect([...digestToBytes(digestFromBytes(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it('is 32 bytes, no more and no less', () => {
    expect(() => digestFromBytes(new Uint8Array(31))).toThrow('not a sha256 digest');
    expect(() => digestFromBytes(new Uint8Array(33))).toThrow('not a sha256 digest');
  });
});
