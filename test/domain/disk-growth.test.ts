import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grownSize, isGrowth, largerSizes, MOST_DISK_BYTES, sizeWithRoomFor } from '#domain/disk/index.ts';
import { failureOf } from '../support/failure.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

describe('the size of a larger disk', () => {
  it('is what is wanted, in whole MiB, and never less than before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MOST_DISK_BYTES }),
        fc.integer({ min: 1, max: MOST_DISK_BYTES }),
        (a, b) => {
          const [size, wanted] = [Math.min(a, b), Math.max(a, b)];
          if (Math.ceil(wanted / MIB) * MIB <= size) return;
          const grown = grownSize(size, wanted);
          expect([grown % MIB, isGrowth(size, grown)]).toEqual([0, true]);
          expect(grown).toBeGreaterThanOrEqual(wanted);
          expect(grown - wanted).toBeLessThan(MIB);
        },
      ),
    );
  });

  it('is refused when it is smaller, the same, larger than can be, or no number', async () => {
    for (const wanted of [GIB, GIB - 1, 0, -1, NaN]) {
      expect(await failureOf(() => grownSize(GIB, wanted))).toMatchObject({
        code: 'disk/not-larger',
        data: { size: GIB },
      });
    }
    for (const wanted of [MOST_DISK_BYTES + 1, Infinity]) {
      expect(await failureOf(() => grownSize(GIB, wanted))).toMatchObject({
        code: 'disk/too-large',
        data: { most: MOST_DISK_BYTES },
      });
    }
    expect(grownSize(GIB, MOST_DISK_BYTES)).toBe(MOST_DISK_BYTES);
  });

  it('is offered in steps, the first of which has room for what is wanted and some more', () => {
    const sizes = largerSizes(GIB);
    expect(sizes.map((bytes) => Math.floor(bytes / 1e9))).toEqual([2, 3, 4, 6, 8, 12, 16]);
    expect(sizes.map((bytes) => grownSize(GIB, bytes))).toEqual(sizes);
    expect([largerSizes(MOST_DISK_BYTES), sizeWithRoomFor(MOST_DISK_BYTES, 1)]).toEqual([[], undefined]);
    fc.assert(
      fc.property(fc.integer({ min: MIB, max: 16e9 }), fc.nat(16e9), (size, missing) => {
        const bytes = sizeWithRoomFor(size, missing);
        const all = largerSizes(size);
        expect(bytes === undefined ? all : [bytes].filter((each) => all.includes(each))).toHaveLength(
          bytes === undefined ? 0 : 1,
        );
        if (bytes !== undefined && bytes !== all.at(-1)) expect(bytes - size).toBeGreaterThan(missing + 256e6);
      }),
    );
  });
});
