import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import type { KeptMachine, KeptMachines, StateDescription } from '#ports/kept-machines.ts';
import type { Overlay } from '#ports/overlay.ts';
import { KEPT_BACKUPS_CASES } from './kept-backups.ts';
import { codeOf, equal, same } from './kept-cases.ts';

const DISK = { bytes: 64 * 1024 * 1024, base: 'sha256:base' };
const MACHINE = 'machine/1';

/**
 * What every store of machines does, each under its name. Not tests of Vitest, as the browser's store lives in a
 * worker, where Vitest does not: each gets an empty store and throws what is wrong.
 */
export const KEPT_MACHINES_CASES: Readonly<Record<string, (store: KeptMachines) => Promise<void>>> = {
  'is empty at first': async (store) => {
    equal(await store.list(), []);
    const machine = await store.open(MACHINE, DISK);
    const { disk, states, fitting } = machine;
    equal([disk.version, disk.covers(0, SECTOR_BYTES), states.length, fitting], [0, false, 0, undefined]);
    machine.close();
  },

  'gives back what was written, also when it is opened again': async (store) => {
    let machine = await store.open(MACHINE, DISK);
    for (let i = 0; i < 300; i++) machine.disk.write(i * 3 * BLOCK_BYTES, filled(BLOCK_BYTES, i));
    machine.disk.write(SECTOR_BYTES, filled(SECTOR_BYTES, 77));
    const { version } = machine.disk;
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal(machine.disk.version, version);
    for (let i = 1; i < 300; i++) equal(fillOf(machine.disk, i * 3 * BLOCK_BYTES, BLOCK_BYTES), i);
    equal([fillOf(machine.disk, 0, SECTOR_BYTES), fillOf(machine.disk, SECTOR_BYTES, SECTOR_BYTES)], [0, 77]);
    machine.close();
  },

  'keeps states with their disks, and goes back to them': async (store) => {
    let machine = await store.open(MACHINE, DISK);
    machine.disk.write(0, filled(BLOCK_BYTES, 1));
    const parts = [filled(10, 5), filled(3 * 1024 * 1024 + 2, 6)];
    const one = await save(machine, 'checkpoint', 'one – of its keeper', parts);
    equal(machine.fitting?.id, one.id);
    machine.disk.write(0, filled(BLOCK_BYTES, 2));
    equal(machine.fitting, undefined);
    machine.close();
    machine = await store.open(MACHINE, DISK);
    const described = machine.states.map(({ kind, name, savedAt, engineVersion }) => [
      kind,
      name,
      savedAt,
      engineVersion,
    ]);
    equal(described, [['checkpoint', 'one – of its keeper', 7, '1']]);
    equal(
      machine.states.every(({ bytes }) => bytes > 0 && bytes < 100_000),
      true,
    );
    equal(same(await machine.load(one.id), parts), true);
    machine.goBack(one.id);
    equal([fillOf(machine.disk, 0, BLOCK_BYTES), machine.fitting?.id], [1, one.id]);
    await machine.forget(one.id);
    equal(machine.states, []);
    equal(await codeOf(machine.load(one.id)), 'state/corrupt');
    machine.close();
  },

  'keeps one suspended state, for as long as it fits the disk': async (store) => {
    let machine = await store.open(MACHINE, DISK);
    machine.disk.write(0, filled(BLOCK_BYTES, 1));
    await save(machine, 'suspended', '', [filled(100, 1)]);
    const second = await save(machine, 'suspended', '', [filled(100, 2)]);
    equal(
      machine.states.map(({ id }) => id),
      [second.id],
    );
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal(machine.fitting?.id, second.id);
    equal(same(await machine.load(second.id), [filled(100, 2)]), true);
    machine.disk.write(0, filled(BLOCK_BYTES, 2));
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal([machine.states.length, machine.fitting, fillOf(machine.disk, 0, BLOCK_BYTES)], [0, undefined, 2]);
    machine.close();
  },

  'fills a disk that is untouched, and no other': async (store) => {
    let machine = await store.open(MACHINE, DISK);
    machine.disk.fill(() => machine.disk.write(0, filled(BLOCK_BYTES, 3)));
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal(fillOf(machine.disk, 0, BLOCK_BYTES), 3);
    equal(
      isRefused(() => machine.disk.fill(() => undefined)),
      true,
    );
    machine.close();
  },

  'makes a disk larger for what comes, and as small again for a state that was saved before': async (store) => {
    const larger = 2 * DISK.bytes;
    let machine = await store.open(MACHINE, DISK);
    machine.disk.write(0, filled(BLOCK_BYTES, 1));
    const small = await save(machine, 'checkpoint', 'small', [filled(10, 5)]);
    await save(machine, 'suspended', '', [filled(10, 6)]);
    machine.grow(larger);
    // Nothing was written since, but their memory knows another disk.
    equal([machine.size, machine.fitting], [larger, undefined]);
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal([machine.size, machine.states.map(({ name }) => name)], [larger, ['small']]);
    machine.disk.write(larger - BLOCK_BYTES, filled(BLOCK_BYTES, 2));
    const large = await save(machine, 'checkpoint', 'large', [filled(10, 7)]);
    machine.goBack(small.id);
    equal([machine.size, machine.fitting?.id], [DISK.bytes, small.id]);
    equal(
      isRefused(() => machine.disk.write(DISK.bytes, filled(BLOCK_BYTES, 3))),
      true,
    );
    machine.close();
    machine = await store.open(MACHINE, DISK);
    equal([machine.size, machine.fitting?.id], [DISK.bytes, small.id]);
    machine.goBack(large.id);
    equal([machine.size, fillOf(machine.disk, larger - BLOCK_BYTES, BLOCK_BYTES)], [larger, 2]);
    equal(
      isRefused(() => machine.grow(larger)),
      true,
    );
    machine.close();
  },

  'keeps machines apart, and says what each takes': async (store) => {
    const names = ['a', '..', 'ä/b c', 'Ä'];
    for (const [i, name] of names.entries()) {
      const machine = await store.open(name, DISK);
      machine.disk.write(0, filled(BLOCK_BYTES * (i + 1), i + 1));
      machine.close();
    }
    const listed = await store.list();
    equal(listed.map(({ machine }) => machine).toSorted(), names.toSorted());
    equal(
      listed.every(({ bytes }) => bytes > BLOCK_BYTES && bytes < 1024 * 1024),
      true,
    );
    for (const [i, name] of names.entries()) {
      const machine = await store.open(name, DISK);
      equal(fillOf(machine.disk, 0, BLOCK_BYTES), i + 1);
      machine.close();
    }
  },

  'gives a machine to one only': async (store) => {
    const machine = await store.open(MACHINE, DISK);
    equal(await codeOf(store.open(MACHINE, DISK)), 'storage/locked');
    equal(await codeOf(store.remove(MACHINE)), 'storage/locked');
    machine.disk.write(0, filled(SECTOR_BYTES, 1));
    machine.close();
    const next = await store.open(MACHINE, DISK);
    equal(fillOf(next.disk, 0, SECTOR_BYTES), 1);
    next.close();
  },

  'refuses the disk of another container, and lets go of it': async (store) => {
    (await store.open(MACHINE, DISK)).close();
    equal(await codeOf(store.open(MACHINE, { ...DISK, base: 'sha256:other' })), 'storage/damaged');
    (await store.open(MACHINE, DISK)).close();
  },

  'forgets what is removed, and passes over what never was': async (store) => {
    const machine = await store.open(MACHINE, DISK);
    machine.disk.write(0, filled(SECTOR_BYTES, 1));
    machine.close();
    await store.remove(MACHINE);
    await store.remove('never was');
    equal(await store.list(), []);
    const next = await store.open(MACHINE, DISK);
    equal(next.disk.version, 0);
    next.close();
  },

  ...KEPT_BACKUPS_CASES,
};

async function save(
  machine: KeptMachine,
  kind: StateDescription['kind'],
  name: string,
  parts: readonly Uint8Array[],
): ReturnType<KeptMachine['save']> {
  return machine.save({ kind, name, engineVersion: '1', savedAt: 7 }, parts);
}

function isRefused(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

/** Bytes that all are `value`, but for zeros, which would take no room. */
function filled(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint16Array(length / 2).fill(value).buffer);
}

/** What `filled` was given. */
function fillOf(disk: Overlay, start: number, length: number): number {
  const words = new Uint16Array(length / 2);
  disk.apply(start, new Uint8Array(words.buffer));
  const [first] = words;
  equal(
    words.every((word) => word === first),
    true,
  );
  return first ?? -1;
}
