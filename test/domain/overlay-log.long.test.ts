import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { OverlayLog } from '#domain/overlay/index.ts';
import { failureOf } from '../support/failure.ts';
import { Crash, FaultyStore } from './support/faulty-store.ts';
import { Random } from './support/random.ts';

const MIB = 1024 * 1024;
const DISK = { bytes: 256 * MIB, base: 'sha256:base' };

let store: FaultyStore;
let log: OverlayLog;

function open(disk = DISK, from = store): OverlayLog {
  return OverlayLog.open({ log: from.file('log'), manifests: [from.file('a'), from.file('b')] }, disk);
}

const NOISE = Int32Array.from({ length: 1024 * 1024 }, (_, i) => Math.imul(i + 1, 0x9e3779b1));

/** Blocks that hold no zeros, and differ from each other and from those of other seeds. */
function blocks(count: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * BLOCK_BYTES);
  for (let at = 0; at < bytes.length; at += NOISE.byteLength) {
    bytes.set(new Uint8Array(NOISE.buffer).subarray(0, bytes.length - at), at);
  }
  const words = new Int32Array(bytes.buffer);
  for (let block = 0; block < count; block++) words[block * 1024] = Math.imul(block + 1, 0x9e3779b1) ^ seed;
  return bytes;
}

function read(start: number, length: number, from = log): Uint8Array {
  const bytes = new Uint8Array(length);
  from.apply(start, bytes);
  return bytes;
}

function compactFully(): void {
  while (log.compact()) expect(log.bytes).toBeLessThan(DISK.bytes * 4);
}

beforeEach(() => {
  store = new FaultyStore(new Random(1));
  log = open();
});

describe('a disk’s log', () => {
  it('reads like a plain disk to which the same was written, also when it is opened again', () => {
    const sectors = 8 * 24 + 3;
    const steps = fc.array(
      fc.record({
        first: fc.nat(sectors - 1),
        count: fc.integer({ min: 1, max: 60 }),
        fill: fc.nat(255),
        next: fc.constantFrom('nothing', 'flush', 'close', 'compact'),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(fc.nat(sectors), fc.nat(sectors))), (script, ranges) => {
        const small = { bytes: sectors * SECTOR_BYTES, base: '' };
        const files = new FaultyStore(new Random(1));
        const plain = new Uint8Array(small.bytes).fill(0xbb);
        const written = new Uint8Array(sectors);
        let subject = open(small, files);
        for (const { first, count, fill, next } of script) {
          const last = Math.min(first + count, sectors);
          const bytes = Uint8Array.from({ length: (last - first) * SECTOR_BYTES }, (_, i) => fill && fill + (i >> 9));
          subject.write(first * SECTOR_BYTES, bytes);
          plain.set(bytes, first * SECTOR_BYTES);
          written.fill(1, first, last);
          if (next === 'flush') subject.flush();
          if (next === 'compact') subject.compact();
          if (next === 'close') {
            subject.close();
            subject = open(small, files);
          }
        }
        for (const [a, b] of ranges) {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const bytes = new Uint8Array((to - from) * SECTOR_BYTES).fill(0xbb);
          subject.apply(from * SECTOR_BYTES, bytes);
          expect(Buffer.compare(bytes, plain.subarray(from * SECTOR_BYTES, to * SECTOR_BYTES))).toBe(0);
          const all = written.subarray(from, to).every((each) => each === 1);
          expect(subject.covers(from * SECTOR_BYTES, (to - from) * SECTOR_BYTES)).toBe(all);
        }
      }),
    );
  });

  it('reads into any place of a buffer, also where words cannot lie', () => {
    log.write(0, blocks(3, 7));
    for (const offset of [0, 1, 2, 4, 512]) {
      const target = new Uint8Array(3 * BLOCK_BYTES + 1024).subarray(offset, offset + 3 * BLOCK_BYTES);
      log.apply(0, target);
      expect(Buffer.compare(target, blocks(3, 7))).toBe(0);
    }
  });

  it('takes a write that is larger than a segment', () => {
    const bytes = blocks(700, 1);
    log.write(5 * BLOCK_BYTES, bytes);
    expect(Buffer.compare(read(5 * BLOCK_BYTES, bytes.length), bytes)).toBe(0);
  });

  it('refuses what is no sector of the disk', () => {
    for (const [start, length] of [
      [1, 512],
      [0, 100],
      [DISK.bytes, 512],
      [DISK.bytes - 512, 1024],
    ] as const) {
      expect(() => log.write(start, new Uint8Array(length))).toThrow(RangeError);
    }
  });

  it('is dirty from a write until a flush', () => {
    expect(log.dirty).toBe(false);
    log.write(0, blocks(1, 1));
    expect(log.dirty).toBe(true);
    log.flush();
    expect(log.dirty).toBe(false);
  });
});

describe('the room that a log takes', () => {
  it('stays within bounds when the same 10 MB are written a hundred times', { timeout: 120_000 }, () => {
    const live = 10 * MIB;
    let most = 0;
    for (let round = 0; round < 100; round++) {
      for (let at = 0; at < live; at += 128 * 1024) log.write(at, blocks(32, round * 1000 + at));
      log.flush();
      most = Math.max(most, log.bytes);
    }
    expect(most).toBeLessThan(3 * live + 24 * MIB);
    compactFully();
    expect(log.bytes).toBeLessThan(2 * live);
    expect(Buffer.compare(read(live - 128 * 1024, 128 * 1024), blocks(32, 99_000 + live - 128 * 1024))).toBe(0);
  });

  it('stays within bounds when blocks are written in no order', { timeout: 120_000 }, () => {
    const random = new Random(3);
    const newest = new Map<number, number>();
    for (let i = 0; i < 30_000; i++) {
      const block = random.below(2000);
      log.write(block * BLOCK_BYTES, blocks(1, i));
      newest.set(block, i);
      if (i % 100 === 0) log.flush();
    }
    expect(log.bytes).toBeLessThan(3 * 2000 * BLOCK_BYTES + 24 * MIB);
    compactFully();
    expect(log.bytes).toBeLessThan(2 * 2000 * BLOCK_BYTES + 4 * MIB);
    for (const [block, seed] of newest)
      expect(Buffer.compare(read(block * BLOCK_BYTES, BLOCK_BYTES), blocks(1, seed))).toBe(0);
  });

  it('is none for zeros', () => {
    log.write(0, blocks(2560, 1));
    log.flush();
    const full = log.liveBytes;
    log.write(0, new Uint8Array(10 * MIB));
    expect(log.liveBytes).toBeLessThan(full / 100);
    compactFully();
    expect(log.bytes).toBeLessThan(2 * MIB);
    expect(log.covers(0, 10 * MIB)).toBe(true);
    expect(read(0, 10 * MIB).some((byte) => byte !== 0)).toBe(false);
  });

  it('is shared by checkpoints: ten of a disk that changed by 5 MB between them take about 50 MB', () => {
    log.write(0, blocks(12_800, 0));
    for (let i = 1; i <= 10; i++) {
      log.checkpoint(`checkpoint ${i}`, '');
      log.write(0, blocks(1280, i));
      log.flush();
    }
    compactFully();
    expect(log.bytes).toBeLessThan(1.5 * (50 + 50) * MIB);
    for (let i = 10; i >= 1; i--) log.forget(`checkpoint ${i}`);
    compactFully();
    expect(log.bytes).toBeLessThan(1.5 * 50 * MIB);
  });
});

describe('checkpoints', () => {
  const content = (from = log): number => read(0, BLOCK_BYTES, from)[0]!;
  const put = (fill: number): void => log.write(0, new Uint8Array(BLOCK_BYTES).fill(fill));

  it('make the disk what it was, as often as wanted, in any order', () => {
    put(1);
    log.checkpoint('one', 'the first');
    put(2);
    log.checkpoint('two', 'the second');
    put(3);
    for (const [id, fill] of [
      ['one', 1],
      ['two', 2],
      ['one', 1],
    ] as const) {
      log.restore(id);
      expect(content()).toBe(fill);
      put(9);
      expect(content()).toBe(9);
    }
    expect(log.checkpoints.map(({ id, note }) => [id, note])).toEqual([
      ['one', 'the first'],
      ['two', 'the second'],
    ]);
  });

  it('are there when the log is opened again, and go on from where it went back to', () => {
    put(1);
    log.checkpoint('one', '');
    put(2);
    log.restore('one');
    log.checkpoint('again', '');
    put(4);
    log.checkpoint('four', '');
    log.close();
    log = open();
    expect(content()).toBe(4);
    log.restore('again');
    expect(content()).toBe(1);
    log.restore('four');
    expect(content()).toBe(4);
  });

  it('take back what was written to a part of the disk that was not written before', () => {
    log.checkpoint('empty', '');
    put(1);
    log.restore('empty');
    expect(log.covers(0, SECTOR_BYTES)).toBe(false);
  });

  it('are known by the version of the disk, which is never that of another one', () => {
    const seen = new Set([log.version]);
    put(1);
    const [one] = [log.version];
    log.checkpoint('one', '');
    expect(log.version).toBe(one);
    put(2);
    expect(seen.has(log.version) || log.version === one).toBe(false);
    seen.add(log.version);
    log.restore('one');
    expect(log.version).toBe(one);
    put(3);
    expect(seen.has(log.version) || log.version === one).toBe(false);
    const last = log.version;
    log.close();
    log = open();
    expect(log.version).toBe(last);
  });

  it('have names of their own', () => {
    log.checkpoint('one', '');
    expect(() => log.checkpoint('one', '')).toThrow(RangeError);
    expect(() => log.restore('none')).toThrow(RangeError);
  });
});

describe('a log that cannot be used', () => {
  function overwrite(file: string, edit: (text: string) => string): void {
    const bytes = new Uint8Array(store.file(file).size);
    store.file(file).read(0, bytes);
    store.file(file).write(0, Buffer.from(edit(Buffer.from(bytes).toString('latin1')), 'latin1'));
  }

  it('belongs to another disk', async () => {
    log.close();
    expect(await failureOf(() => open({ ...DISK, base: 'sha256:other' }))).toMatchObject({ code: 'storage/damaged' });
    expect(await failureOf(() => open({ ...DISK, bytes: 4096 }))).toMatchObject({ code: 'storage/damaged' });
  });

  it('was written by a newer version, and is left as it is', async () => {
    log.write(0, blocks(1, 1));
    log.close();
    const before = store.clone();
    for (const file of ['a', 'b'])
      overwrite(file, (text) => text.replace('portolan-overlay 1 ', 'portolan-overlay 3 '));
    expect(await failureOf(() => open())).toEqual({ code: 'storage/newer', data: { version: 3, supported: 2 } });
    for (const file of ['a', 'b'])
      overwrite(file, (text) => text.replace('portolan-overlay 3 ', 'portolan-overlay 1 '));
    expect(Buffer.compare(read(0, BLOCK_BYTES, open()), read(0, BLOCK_BYTES, open(DISK, before)))).toBe(0);
  });

  it('has lost the list of what it consists of', async () => {
    log.write(0, blocks(1, 1));
    log.close();
    for (const file of ['a', 'b']) overwrite(file, (text) => text.replace('"segments"', '"fragments"'));
    expect(await failureOf(() => open())).toMatchObject({ code: 'storage/damaged' });
  });

  it('holds other bytes than were written: that is found when they are read, and nowhere else', async () => {
    log.write(0, blocks(4, 1));
    log.close();
    const at = 1024 + 2 * BLOCK_BYTES + 5;
    store.file('log').write(at, Uint8Array.of(1));
    log = open();
    expect(Buffer.compare(read(0, 2 * BLOCK_BYTES), blocks(2, 1))).toBe(0);
    expect(await failureOf(() => read(0, 4 * BLOCK_BYTES))).toMatchObject({ code: 'storage/damaged' });
    compactFully();
    expect(await failureOf(() => read(2 * BLOCK_BYTES, BLOCK_BYTES))).toMatchObject({ code: 'storage/damaged' });
  });

  it('holds another list of a segment’s blocks than was written', async () => {
    log.write(0, blocks(4, 1));
    log.close();
    const tableAt = Math.ceil((1024 + 4 * BLOCK_BYTES) / 4096) * 4096;
    store.file('log').write(tableAt + 40, Uint8Array.of(77));
    expect(await failureOf(() => open())).toMatchObject({ code: 'storage/damaged' });
  });
});

describe('a device that says it could not save a list of what the log consists of, and has saved it', () => {
  /** The next operation of its kind on a file is another one. */
  function instead(name: string, operation: 'write' | 'flush', other: (at: number, bytes: Uint8Array) => void): void {
    const file = store.file(name);
    Object.assign(file, {
      [operation]: (at: number, bytes: Uint8Array) => {
        Reflect.deleteProperty(file, operation);
        other(at, bytes);
      },
    });
  }

  it('does not bring it back when the next attempt ends while it writes what that list names', async () => {
    log.write(0, blocks(4, 1));
    log.flush();
    store.crash('all');
    for (const list of ['a', 'b']) {
      instead(list, 'flush', () => {
        store.file(list).flush();
        throw new AppError('storage/unavailable', { detail: 'the test' });
      });
    }
    expect(await failureOf(() => open())).toMatchObject({ code: 'storage/unavailable' });
    instead('log', 'write', (at, bytes) => {
      store.file('log').write(
        at,
        bytes.map((byte) => byte ^ 0xff),
      );
      store.file('log').flush();
      throw new Crash();
    });
    expect(() => open()).toThrow(Crash);
    store.crash('nothing');
    log = open();
    expect(Buffer.compare(read(0, 4 * BLOCK_BYTES), blocks(4, 1))).toBe(0);
  });
});

describe('a device without room', () => {
  it('fails a write that can be repeated when there is room, and loses nothing', async () => {
    log.write(0, blocks(100, 1));
    log.flush();
    store.quota = store.bytes + 10_000;
    expect(await failureOf(() => log.write(0, blocks(100, 2)))).toMatchObject({ code: 'storage/full' });
    expect(Buffer.compare(read(0, 100 * BLOCK_BYTES), blocks(100, 1))).toBe(0);
    log.flush();
    store.quota = Infinity;
    log.write(0, blocks(100, 2));
    expect(Buffer.compare(read(0, 100 * BLOCK_BYTES), blocks(100, 2))).toBe(0);
    log.close();
    log = open();
    expect(Buffer.compare(read(0, 100 * BLOCK_BYTES), blocks(100, 2))).toBe(0);
  });

  it('is used again where nobody needs what is there', () => {
    for (let i = 0; i < 8; i++) log.write(0, blocks(250, i));
    log.flush();
    store.quota = store.bytes + 10_000;
    for (let i = 0; i < 40; i++) log.write(0, blocks(250, i));
    expect(Buffer.compare(read(0, 250 * BLOCK_BYTES), blocks(250, 39))).toBe(0);
  });
});
