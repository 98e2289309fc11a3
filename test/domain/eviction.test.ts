import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planEviction, planRemoval, type Evictable } from '#domain/chunks/index.ts';
import { digestFromBytes, type Digest } from '#domain/container/index.ts';

function digest(number: number): Digest {
  return digestFromBytes(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? number : 1)));
}

/** Containers that share pieces: the bytes of a piece depend on its digest alone. */
const shelves = fc
  .array(
    fc.record({
      usedAt: fc.nat(20),
      pinned: fc.boolean(),
      needed: fc.boolean(),
      pieces: fc.uniqueArray(fc.nat(30), { maxLength: 12 }),
    }),
    { maxLength: 8 },
  )
  .map((rows): readonly Evictable[] =>
    rows.map(({ pieces, ...row }, i) => ({
      ...row,
      digest: digest(100 + i),
      pieces: new Map(pieces.map((piece) => [digest(piece), 10 + piece])),
    })),
  );

const bytesOf = (rows: readonly Evictable[]): number =>
  [...new Map(rows.flatMap(({ pieces }) => [...pieces])).values()].reduce((sum, bytes) => sum + bytes, 0);

describe('making room', () => {
  it('never takes a container that is pinned or needed, nor a piece of one that stays', () => {
    fc.assert(
      fc.property(shelves, fc.nat(1000), (rows, bytes) => {
        const { containers, pieces } = planEviction(rows, bytes);
        const staying = rows.filter((row) => !containers.includes(row.digest));
        expect(rows.filter((row) => row.pinned || row.needed).every((row) => staying.includes(row))).toBe(true);
        expect(staying.some((row) => pieces.some((piece) => row.pieces.has(piece)))).toBe(false);
      }),
    );
  });

  it('takes those first that were not used for longest', () => {
    fc.assert(
      fc.property(shelves, fc.nat(1000), (rows, bytes) => {
        const { containers } = planEviction(rows, bytes);
        const gone = rows.filter((row) => containers.includes(row.digest)).map(({ usedAt }) => usedAt);
        const free = rows.filter((row) => !row.pinned && !row.needed && !containers.includes(row.digest));
        for (const { usedAt } of free) expect(Math.max(-1, ...gone)).toBeLessThanOrEqual(usedAt);
      }),
    );
  });

  it('takes enough where there is enough, and not one container more', () => {
    fc.assert(
      fc.property(shelves, fc.nat(1000), (rows, bytes) => {
        const plan = planEviction(rows, bytes);
        const free = rows.filter((row) => !row.pinned && !row.needed);
        const all = planRemoval(rows, new Set(free.map((row) => row.digest)));
        expect(plan.bytes >= bytes || plan.bytes === all.bytes).toBe(true);
        const last = rows
          .filter((row) => plan.containers.includes(row.digest))
          .toSorted((a, b) => a.usedAt - b.usedAt)
          .at(-1);
        const oneLess = new Set(plan.containers.filter((each) => each !== last?.digest));
        if (last) expect(planRemoval(rows, oneLess).bytes).toBeLessThan(Math.max(bytes, 1));
      }),
    );
  });

  it('frees what it says', () => {
    fc.assert(
      fc.property(shelves, fc.nat(1000), (rows, bytes) => {
        const plan = planEviction(rows, bytes);
        const staying = rows.filter((row) => !plan.containers.includes(row.digest));
        expect(bytesOf(rows) - bytesOf(staying)).toBe(plan.bytes);
      }),
    );
  });

  it('takes nothing when no room is wanted', () => {
    fc.assert(
      fc.property(shelves, (rows) => {
        expect(planEviction(rows, 0).containers).toEqual([]);
      }),
    );
  });
});
