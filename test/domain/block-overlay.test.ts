import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, BlockOverlay, SECTOR_BYTES, writeImage, type OverlayImage } from '#domain/disk/index.ts';

/** Sectors of the disk of the model: three blocks and a half. */
const SECTORS = 28;

interface Range {
  readonly first: number;
  readonly count: number;
}

type Step = { readonly write: Range; readonly fill: number } | { readonly save: true };

const ranges = fc
  .tuple(fc.nat(SECTORS - 1), fc.integer({ min: 1, max: SECTORS }))
  .map(([first, count]): Range => ({ first, count: Math.min(count, SECTORS - first) }));
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ write: ranges, fill: fc.integer({ min: 1, max: 255 }) }) },
    { weight: 1, arbitrary: fc.constant({ save: true as const }) },
  ),
  { maxLength: 30 },
);

/** An overlay to which what `image` holds was written. */
function fromImage(image: OverlayImage): BlockOverlay {
  const overlay = new BlockOverlay();
  writeImage(image, (start, bytes) => overlay.write(start, bytes));
  return overlay;
}

/** An overlay and the plain array that it stands for. */
class Model {
  readonly base: Uint8Array;
  readonly plain: Uint8Array;
  readonly written = new Set<number>();
  overlay = new BlockOverlay();

  constructor(seed: number) {
    this.base = Uint8Array.from({ length: SECTORS * SECTOR_BYTES }, (_, i) => (i * 31 + seed) & 0xff);
    this.plain = this.base.slice();
  }

  take(step: Step): void {
    if ('save' in step) {
      this.overlay = fromImage(structuredClone(this.overlay.image()));
      return;
    }
    const { first, count } = step.write;
    // Each sector of a write differs, so that one in the wrong place is seen.
    const bytes = Uint8Array.from({ length: count * SECTOR_BYTES }, (_, i) => step.fill + Math.floor(i / SECTOR_BYTES));
    this.overlay.write(first * SECTOR_BYTES, bytes);
    this.plain.set(bytes, first * SECTOR_BYTES);
    for (let sector = first; sector < first + count; sector++) this.written.add(sector);
  }

  /** What a guest reads: the base with the overlay laid over it. */
  read({ first, count }: Range): Uint8Array {
    const target = this.base.slice(first * SECTOR_BYTES, (first + count) * SECTOR_BYTES);
    this.overlay.apply(first * SECTOR_BYTES, target);
    return target;
  }

  wrote({ first, count }: Range): boolean {
    return Array.from({ length: count }, (_, i) => first + i).every((sector) => this.written.has(sector));
  }
}

describe('an overlay of blocks', () => {
  it('reads like a plain disk to which the same was written, also after it was saved and restored', () => {
    fc.assert(
      fc.property(fc.nat(255), steps, fc.array(ranges), (seed, script, reads) => {
        const model = new Model(seed);
        for (const step of script) model.take(step);
        for (const range of reads) {
          const expected = model.plain.slice(range.first * SECTOR_BYTES, (range.first + range.count) * SECTOR_BYTES);
          expect(Buffer.compare(model.read(range), expected)).toBe(0);
        }
      }),
    );
  });

  it('needs no base for a range all of whose sectors were written, and only then', () => {
    fc.assert(
      fc.property(steps, fc.array(ranges), (script, reads) => {
        const model = new Model(0);
        for (const step of script) model.take(step);
        for (const range of reads) {
          expect(model.overlay.covers(range.first * SECTOR_BYTES, range.count * SECTOR_BYTES)).toBe(model.wrote(range));
        }
      }),
    );
  });

  it('counts the blocks that it holds, however often they are written', () => {
    const overlay = new BlockOverlay();
    for (const sector of [0, 1, 7, 8, 8]) overlay.write(sector * SECTOR_BYTES, new Uint8Array(SECTOR_BYTES));
    expect(overlay.blockCount).toBe(2);
  });

  it('keeps many blocks in few arrays', () => {
    const overlay = new BlockOverlay();
    const blocks = 5000;
    for (let block = 0; block < blocks; block++) {
      overlay.write(((block * 7919) % 100_000) * BLOCK_BYTES, new Uint8Array(BLOCK_BYTES).fill(block));
    }
    const { slabs } = overlay.image();
    expect(overlay.blockCount).toBe(blocks);
    expect(slabs.length).toBeLessThanOrEqual(Math.ceil(blocks / 256));
  });

  it('copies what is written: the writer may use its array again', () => {
    const overlay = new BlockOverlay();
    const bytes = new Uint8Array(SECTOR_BYTES).fill(1);
    overlay.write(0, bytes);
    bytes.fill(2);
    const target = new Uint8Array(SECTOR_BYTES);
    overlay.apply(0, target);
    expect(target.every((byte) => byte === 1)).toBe(true);
  });
});

describe('the image of an overlay', () => {
  const overlay = new BlockOverlay();
  for (const block of [9, 2, 300]) overlay.write(block * BLOCK_BYTES, new Uint8Array(BLOCK_BYTES).fill(block));
  const image = overlay.image();

  it.each([
    ['a slot without a mark', { ...image, written: image.written.subarray(1) }],
    ['a slot without bytes', { ...image, slabs: [] }],
    ['a slab that is cut short', { ...image, slabs: image.slabs.map((slab) => slab.slice(1)) }],
    ['a block that it holds twice', { ...image, blocks: Uint32Array.of(9, 2, 9) }],
  ])('with %s is refused', (_, damaged) => {
    expect(() => fromImage(damaged)).toThrow(RangeError);
  });
});
