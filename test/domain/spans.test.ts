import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSpans, type ChunkSpan } from '#domain/chunks/index.ts';
import {
  decodeChunkList,
  digestFromBytes,
  encodeChunkList,
  ZERO_FRAME,
  type ChunkRecord,
} from '#domain/container/index.ts';

const digest = digestFromBytes(new Uint8Array(32));

function recordsOf(lengths: readonly number[]): readonly ChunkRecord[] {
  const blobBytes = lengths.reduce((sum, length) => sum + (length || ZERO_FRAME.length), 0);
  return decodeChunkList(encodeChunkList(lengths.map((compressedLength) => ({ compressedLength, digest }))), blobBytes);
}

const cases = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 60 })
  .chain((lengths) =>
    fc.record({
      records: fc.constant(recordsOf(lengths)),
      // Some repeat, some are not there at all.
      wanted: fc.array(fc.integer({ min: -2, max: lengths.length + 2 }), { maxLength: 80 }),
      limits: fc.record({
        maxGap: fc.nat(1500),
        maxLength: fc.integer({ min: 1, max: 4000 }),
        maxChunks: fc.integer({ min: 1, max: 40 }),
      }),
    }),
  );

const end = ({ offset, length }: ChunkSpan): number => offset + length;

function holds(span: ChunkSpan, record: ChunkRecord): boolean {
  return span.offset <= record.offset && record.offset + record.compressedLength <= end(span);
}

describe('planned requests', () => {
  it('hold every wanted chunk that has bytes, each once, and no other', () => {
    fc.assert(
      fc.property(cases, ({ records, wanted, limits }) => {
        const solid = [...new Set(wanted)].filter((index) => (records[index]?.compressedLength ?? 0) > 0);
        const planned = planSpans(records, wanted, limits).flatMap(({ indexes }) => indexes);
        expect(planned).toEqual(solid.toSorted((a, b) => a - b));
      }),
    );
  });

  it('cover the bytes of their chunks and begin and end with one', () => {
    fc.assert(
      fc.property(cases, ({ records, wanted, limits }) => {
        for (const span of planSpans(records, wanted, limits)) {
          const chunks = span.indexes.flatMap((index) => records[index] ?? []);
          expect(chunks.every((record) => holds(span, record))).toBe(true);
          expect(chunks[0]?.offset).toBe(span.offset);
          expect((chunks.at(-1)?.offset ?? 0) + (chunks.at(-1)?.compressedLength ?? 0)).toBe(end(span));
        }
      }),
    );
  });

  it('ascend and do not overlap', () => {
    fc.assert(
      fc.property(cases, ({ records, wanted, limits }) => {
        const spans = planSpans(records, wanted, limits);
        for (const [i, span] of spans.entries()) {
          const before = spans[i - 1];
          if (before) expect(end(before)).toBeLessThanOrEqual(span.offset);
        }
      }),
    );
  });

  it('keep to their limits, but for a chunk that is larger alone', () => {
    fc.assert(
      fc.property(cases, ({ records, wanted, limits }) => {
        for (const span of planSpans(records, wanted, limits)) {
          expect(span.indexes.length).toBeLessThanOrEqual(limits.maxChunks);
          if (span.indexes.length > 1) expect(span.length).toBeLessThanOrEqual(limits.maxLength);
          for (const [i, index] of span.indexes.entries()) {
            const before = records[span.indexes[i - 1] ?? -1];
            const gap = before ? (records[index]?.offset ?? 0) - before.offset - before.compressedLength : 0;
            expect(gap).toBeLessThanOrEqual(limits.maxGap);
          }
        }
      }),
    );
  });

  it('do not depend on the order of the wish', () => {
    fc.assert(
      fc.property(cases, ({ records, wanted, limits }) => {
        const forwards = planSpans(records, wanted, limits);
        expect(planSpans(records, wanted.toReversed(), limits)).toEqual(forwards);
      }),
    );
  });

  it('are as few as neighbours allow: one for a run of chunks, whatever zeros lie between', () => {
    const records = recordsOf([100, 0, 0, 100, 100]);
    const spans = planSpans(records, [0, 1, 2, 3, 4], {
      maxGap: 2 * ZERO_FRAME.length,
      maxLength: 10_000,
      maxChunks: 10,
    });
    expect(spans).toEqual([{ offset: 0, length: 300 + 2 * ZERO_FRAME.length, indexes: [0, 3, 4] }]);
  });
});
