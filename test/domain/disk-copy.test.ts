import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import { DiskAssembly, DiskCopy, OverlayLog, type DiskEntry } from '#domain/overlay/index.ts';
import { FaultyStore } from './support/faulty-store.ts';
import { Random } from './support/random.ts';

const SECTORS = 8 * 40 + 3;
const DISK = { bytes: SECTORS * SECTOR_BYTES, base: 'base' };
const MIB = 1024 * 1024;
/** Small, so that a few writes fill several. */
const SEGMENT_BYTES = 64 * 1024;

function filesOf(store: FaultyStore): Parameters<typeof OverlayLog.open>[0] {
  return { log: store.file('log'), manifests: [store.file('a'), store.file('b')] };
}

function open(store: FaultyStore): OverlayLog {
  return OverlayLog.open(filesOf(store), DISK, SEGMENT_BYTES);
}

function copyOf(log: OverlayLog): FaultyStore {
  const store = new FaultyStore(new Random(1));
  const copy = new DiskCopy(filesOf(store), log.outline(), SEGMENT_BYTES);
  for (const entry of log.entries()) copy.add(entry);
  copy.finish();
  return store;
}

/** What the disk shows over a base of 0xbb. */
function shown(log: OverlayLog): string {
  const bytes = new Uint8Array(log.size).fill(0xbb);
  log.apply(0, bytes);
  return Buffer.from(bytes).toString('latin1');
}

const step = fc.record({
  first: fc.nat(SECTORS - 1),
  count: fc.integer({ min: 1, max: 120 }),
  fill: fc.nat(255),
  next: fc.constantFrom('nothing', 'checkpoint', 'restore', 'forget', 'compact', 'reopen', 'grow'),
});

const story = fc.array(step, { maxLength: 25 });

/** The disk after all that. */
function play(steps: typeof story extends fc.Arbitrary<infer T> ? T : never): OverlayLog {
  const store = new FaultyStore(new Random(1));
  let log = open(store);
  for (const [i, { first, count, fill, next }] of steps.entries()) {
    // At the end of what it has grown to.
    const start = log.size - DISK.bytes;
    log.write(start + first * SECTOR_BYTES, new Uint8Array(Math.min(count, SECTORS - first) * SECTOR_BYTES).fill(fill));
    const [id] = log.checkpoints.map((each) => each.id);
    if (next === 'checkpoint') log.checkpoint(`c${i}`, `note ${i}`);
    if (next === 'restore' && id) log.restore(id);
    if (next === 'forget' && id) log.forget(id);
    if (next === 'compact') log.compact();
    if (next === 'grow' && log.size < 2 * MIB) log.grow((Math.floor(log.size / MIB) + 1) * MIB);
    if (next !== 'reopen') continue;
    log.close();
    log = open(store);
  }
  return log;
}

describe('a copy of a disk', () => {
  it('is that disk with its checkpoints and versions, and goes on like it', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const log = play(steps);
        const copy = open(copyOf(log));
        expect(copy.checkpoints).toEqual(log.checkpoints);
        expect([copy.version, copy.liveBytes, copy.size]).toEqual([log.version, log.liveBytes, log.size]);
        for (const each of [undefined, ...log.checkpoints]) {
          if (each) for (const disk of [log, copy]) disk.restore(each.id);
          expect(shown(copy) === shown(log)).toBe(true);
          expect([copy.version, copy.size]).toEqual([log.version, log.size]);
        }
        for (const disk of [log, copy]) disk.write(0, new Uint8Array(SECTOR_BYTES).fill(7));
        expect([copy.version, shown(copy) === shown(log)]).toEqual([log.version, true]);
      }),
    );
  });

  it('takes what the disk needs, and no more', () => {
    const store = new FaultyStore(new Random(1));
    const log = open(store);
    for (let i = 0; i < 200; i++) log.write(0, new Uint8Array(10 * BLOCK_BYTES).fill(i + 1));
    expect(copyOf(log).bytes).toBeLessThan(2 * SEGMENT_BYTES);
  });

  it('takes no block that the disk cannot have, and is none while blocks are missing', () => {
    const store = new FaultyStore(new Random(1));
    const outline = { disk: DISK, nextRecord: 2, head: [[0, 2] as const], checkpoints: [], entries: 2 };
    const copy = new DiskCopy(filesOf(store), outline);
    const entry: DiskEntry = { record: 1, block: 0, sectors: 255, bytes: undefined };
    for (const wrong of [{ record: 2 }, { record: 0.5 }, { record: -1 }, { record: NaN }, { block: 41 }]) {
      expect(() => copy.add({ ...entry, ...wrong })).toThrow(RangeError);
    }
    copy.add(entry);
    expect(() => copy.finish()).toThrow(RangeError);
    expect(open(store).version).toBe(0);
    const full = new FaultyStore(new Random(1));
    open(full).close();
    expect(() => new DiskCopy(filesOf(full), outline)).toThrow(RangeError);
  });
});

describe('a disk that is put together', () => {
  it('is what it shows, in whatever order its blocks and those of its checkpoints come', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (steps, order) => {
        const log = play(steps);
        const { head } = log.outline();
        const keyed = [...log.entries()].map((entry) => ({ entry, key: order.next().value ?? 0 }));
        const assembly = new DiskAssembly({ bytes: log.size, head });
        const bytes = new Uint8Array(log.size).fill(0xbb);
        for (const { entry } of keyed.toSorted((a, b) => a.key - b.key)) {
          for (const write of assembly.add(entry)) bytes.set(write.bytes, write.start);
        }
        expect(Buffer.from(bytes).toString('latin1') === shown(log)).toBe(true);
      }),
    );
  });

  it('takes no block beyond its end', () => {
    const assembly = new DiskAssembly({ bytes: DISK.bytes, head: [[0, 2]] });
    expect(() => [...assembly.add({ record: 1, block: 41, sectors: 255, bytes: undefined })]).toThrow(RangeError);
  });
});
