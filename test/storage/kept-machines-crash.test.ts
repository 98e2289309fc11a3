import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { KeptMachine, StateDescription } from '#ports/kept-machines.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import { loadCompression } from '#storage/zstd.ts';
import { Crash, type FaultyStore } from '../domain/support/faulty-store.ts';
import { MemoryFolders } from '../support/memory-folders.ts';

const DISK = { bytes: 16 * 1024 * 1024, base: '' };
const FOLDER = 'machine-a';

/** What a process finds of a machine: its disk, and for each state the disk and the memory that it has. */
interface Found {
  readonly disk: number;
  readonly size: number;
  readonly fitting: string | undefined;
  readonly states: Readonly<Record<string, readonly [disk: number, memory: number]>>;
}

const block = (fill: number): Uint8Array => new Uint8Array(4096).fill(fill);
const about = (kind: StateDescription['kind'], name: string): StateDescription => {
  return { kind, name, engineVersion: '1', savedAt: 1 };
};

function open(files: FaultyStore): Promise<KeptMachine> {
  return new FolderMachines(new MemoryFolders(new Map([[FOLDER, files]])), loadCompression).open('a', DISK);
}

function diskOf(machine: KeptMachine): number {
  const bytes = new Uint8Array(4096);
  machine.disk.apply(0, bytes);
  return bytes[0] ?? -1;
}

/** Disk and memory hold the same number, so that a mixture is seen. */
async function save(machine: KeptMachine, kind: StateDescription['kind'], number: number): Promise<string> {
  machine.disk.write(0, block(number));
  const saved = await machine.save(about(kind, `n${number}`), [block(number)]);
  return saved.id;
}

async function find(files: FaultyStore): Promise<Found> {
  const machine = await open(files);
  const disk = diskOf(machine);
  const { size } = machine;
  const fitting = machine.fitting?.name;
  const states: Record<string, readonly [number, number]> = {};
  for (const { id, name } of machine.states) {
    const [memory = -1] = await machine.load(id);
    machine.goBack(id);
    states[name] = [diskOf(machine), memory];
    // Its memory knows a disk of this size.
    expect(machine.size).toBe(DISK.bytes);
  }
  return { disk, size, fitting, states };
}

/** A machine with a checkpoint (1) and a suspended state (2). */
async function prepared(): Promise<FaultyStore> {
  const folders = new MemoryFolders();
  const machine = await new FolderMachines(folders, loadCompression).open('a', DISK);
  await save(machine, 'checkpoint', 1);
  await save(machine, 'suspended', 2);
  machine.close();
  return folders.store(FOLDER);
}

/** Does `work` on a prepared machine again and again, with a crash one operation later each time, until there is none. */
async function crashEverywhere(work: (machine: KeptMachine) => Promise<void> | void): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let operations = 0; operations < 500; operations++) {
    for (const survival of ['all', 'nothing', 'any'] as const) {
      const files = await prepared();
      const machine = await open(files);
      files.operationsLeft = operations;
      const crashed = await attempt(() => work(machine));
      files.crash(survival);
      found.push(await find(files.clone()));
      if (!crashed && survival === 'any') return found;
    }
  }
  throw new Error('it never ends');
}

/** True when the process ended in the middle. */
async function attempt(work: () => Promise<void> | void): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Crash || (error instanceof AppError && error.cause instanceof Crash)) return true;
    throw error;
  }
}

const BEFORE: Found = { disk: 2, size: DISK.bytes, fitting: 'n2', states: { n1: [1, 1], n2: [2, 2] } };
const first = { n1: [1, 1] } as const;

describe('a crash at any moment', () => {
  it('of suspending leaves the old state or the new one, each with its own disk', async () => {
    const found = await crashEverywhere(async (machine) => void (await save(machine, 'suspended', 3)));
    const after: Found = { disk: 3, size: DISK.bytes, fitting: 'n3', states: { ...first, n3: [3, 3] } };
    // The guest ran on and was not suspended yet.
    const between: Found = { disk: 3, size: DISK.bytes, fitting: undefined, states: first };
    for (const each of found) expect([BEFORE, between, after]).toContainEqual(each);
    expect(found.at(-1)).toEqual(after);
  });

  it('of making a checkpoint leaves all others, and either nothing of it or all', async () => {
    const found = await crashEverywhere(async (machine) => void (await save(machine, 'checkpoint', 3)));
    const after: Found = { disk: 3, size: DISK.bytes, fitting: 'n3', states: { ...first, n3: [3, 3] } };
    const between: Found = { disk: 3, size: DISK.bytes, fitting: undefined, states: first };
    for (const each of found) expect([BEFORE, between, after]).toContainEqual(each);
    expect(found.at(-1)).toEqual(after);
  });

  it('of going back leaves the disk before it, or that of the checkpoint with its memory', async () => {
    const found = await crashEverywhere((machine) => machine.goBack(machine.states[0]?.id ?? ''));
    const after: Found = { disk: 1, size: DISK.bytes, fitting: 'n1', states: first };
    for (const each of found) expect([BEFORE, after]).toContainEqual(each);
    expect(found.at(-1)).toEqual(after);
  });

  it('of growing leaves the disk as it was, with its states, or larger, with those to go back to', async () => {
    const size = 2 * DISK.bytes;
    const found = await crashEverywhere((machine) => machine.grow(size));
    const after: Found = { disk: 2, size, fitting: undefined, states: first };
    for (const each of found) expect([BEFORE, after]).toContainEqual(each);
    expect(found.at(-1)).toEqual(after);
  });

  it('of forgetting leaves all of it or nothing', async () => {
    const found = await crashEverywhere((machine) => machine.forget(machine.states[0]?.id ?? ''));
    const after: Found = { disk: 2, size: DISK.bytes, fitting: 'n2', states: { n2: [2, 2] } };
    for (const each of found) expect([BEFORE, after]).toContainEqual(each);
    expect(found.at(-1)).toEqual(after);
  });

  it('of filling an untouched disk leaves it untouched or filled', async () => {
    const seen = new Set<string>();
    for (let operations = 0; operations < 60; operations++) {
      const folders = new MemoryFolders();
      const machine = await new FolderMachines(folders, loadCompression).open('a', DISK);
      const files = folders.store(FOLDER);
      files.operationsLeft = operations;
      await attempt(() => {
        machine.disk.fill(() => {
          machine.disk.write(4096, block(9));
          machine.disk.write(0, block(9));
        });
      });
      files.crash('any');
      const next = await open(files.clone());
      const bytes = new Uint8Array(8192);
      next.disk.apply(0, bytes);
      seen.add(`${bytes[0]} ${bytes[4096]} ${next.disk.version > 0}`);
    }
    expect([...seen].toSorted()).toEqual(['0 0 false', '9 9 true']);
  });
});
