import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { KeptOverlay, OverlayStore } from '#ports/overlay.ts';

const DISK = { bytes: 64 * 1024 * 1024, base: 'sha256:base' };
const MACHINE = 'machine/1';

/**
 * What every store of machines' disks does, each under its name. Not tests of Vitest, as the browser's store lives in a
 * worker, where Vitest does not: each gets an empty store and throws what is wrong.
 */
export const OVERLAY_STORE_CASES: Readonly<Record<string, (store: OverlayStore) => Promise<void>>> = {
  'is empty at first': async (store) => {
    equal(await store.list(), []);
    const disk = await store.open(MACHINE, DISK);
    equal([disk.version, disk.covers(0, SECTOR_BYTES), disk.checkpoints.length], [0, false, 0]);
    disk.close();
  },

  'gives back what was written, also when it is opened again': async (store) => {
    let disk = await store.open(MACHINE, DISK);
    for (let i = 0; i < 300; i++) disk.write(i * 3 * BLOCK_BYTES, filled(BLOCK_BYTES, i));
    disk.write(SECTOR_BYTES, filled(SECTOR_BYTES, 77));
    const { version } = disk;
    disk.close();
    disk = await store.open(MACHINE, DISK);
    equal(disk.version, version);
    for (let i = 1; i < 300; i++) equal(fillOf(disk, i * 3 * BLOCK_BYTES, BLOCK_BYTES), i);
    equal([fillOf(disk, 0, SECTOR_BYTES), fillOf(disk, SECTOR_BYTES, SECTOR_BYTES)], [0, 77]);
    disk.close();
  },

  'goes back to checkpoints': async (store) => {
    let disk = await store.open(MACHINE, DISK);
    disk.write(0, filled(BLOCK_BYTES, 1));
    disk.checkpoint('one', 'a note – of its keeper');
    disk.write(0, filled(BLOCK_BYTES, 2));
    disk.close();
    disk = await store.open(MACHINE, DISK);
    equal(disk.checkpoints.map(({ id, note }) => [id, note]), [['one', 'a note – of its keeper']]);
    disk.restore('one');
    equal(fillOf(disk, 0, BLOCK_BYTES), 1);
    disk.forget('one');
    equal(disk.checkpoints, []);
    disk.close();
  },

  'keeps the disks of machines apart, and says what each takes': async (store) => {
    const names = ['a', '..', 'ä/b c', 'Ä'];
    for (const [i, name] of names.entries()) {
      const disk = await store.open(name, DISK);
      disk.write(0, filled(BLOCK_BYTES * (i + 1), i + 1));
      disk.close();
    }
    const listed = await store.list();
    equal(listed.map(({ machine }) => machine).toSorted(), names.toSorted());
    equal(listed.every(({ bytes }) => bytes > BLOCK_BYTES && bytes < 1024 * 1024), true);
    for (const [i, name] of names.entries()) {
      const disk = await store.open(name, DISK);
      equal(fillOf(disk, 0, BLOCK_BYTES), i + 1);
      disk.close();
    }
  },

  'gives a disk to one only': async (store) => {
    const disk = await store.open(MACHINE, DISK);
    equal(await codeOf(store.open(MACHINE, DISK)), 'storage/locked');
    equal(await codeOf(store.remove(MACHINE)), 'storage/locked');
    disk.write(0, filled(SECTOR_BYTES, 1));
    disk.close();
    const next = await store.open(MACHINE, DISK);
    equal(fillOf(next, 0, SECTOR_BYTES), 1);
    next.close();
  },

  'refuses the disk of another container, and lets go of it': async (store) => {
    (await store.open(MACHINE, DISK)).close();
    equal(await codeOf(store.open(MACHINE, { ...DISK, base: 'sha256:other' })), 'storage/damaged');
    (await store.open(MACHINE, DISK)).close();
  },

  'forgets what is removed, and passes over what never was': async (store) => {
    const disk = await store.open(MACHINE, DISK);
    disk.write(0, filled(SECTOR_BYTES, 1));
    disk.close();
    await store.remove(MACHINE);
    await store.remove('never was');
    equal(await store.list(), []);
    const next = await store.open(MACHINE, DISK);
    equal(next.version, 0);
    next.close();
  },
};

/** Bytes that all are `value`, but for zeros, which would take no room. */
function filled(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint16Array(length / 2).fill(value).buffer);
}

/** What `filled` was given. */
function fillOf(disk: KeptOverlay, start: number, length: number): number {
  const words = new Uint16Array(length / 2);
  disk.apply(start, new Uint8Array(words.buffer));
  const [first] = words;
  equal(words.every((word) => word === first), true);
  return first ?? -1;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'no error';
}

function equal(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`got ${is} instead of ${should}`);
}
