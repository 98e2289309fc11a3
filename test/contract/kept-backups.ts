import { BLOCK_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { KeptContents, KeptMachine, KeptMachines, KeptPart, StateDescription } from '#ports/kept-machines.ts';
import { codeOf, equal, same } from './kept-cases.ts';

const DISK = { bytes: 64 * 1024 * 1024, base: 'sha256:base' };
const STATE = [new Uint8Array(10_000_000).map((_, i) => Math.imul(i, i) >> 7)];

/** What every store of machines does with one that is carried elsewhere; as KEPT_MACHINES_CASES. */
export const KEPT_BACKUPS_CASES: Readonly<Record<string, (store: KeptMachines) => Promise<void>>> = {
  'imports what was exported: disk, checkpoints, suspended state': async (store) => {
    await fill(store);
    const { contents, parts } = await exported(store);
    const incoming = await store.import('copy', contents, each(parts));
    equal(incoming.fitting?.kind, 'suspended');
    await incoming.keep();
    const copy = await store.open('copy', DISK);
    equal(
      copy.states.map(({ kind, name, savedAt }) => [kind, name, savedAt]),
      [
        ['checkpoint', 'first – of two', 7],
        ['suspended', '', 8],
      ],
    );
    const { fitting } = copy;
    equal([fillAt(copy, 0), fillAt(copy, 300), fitting?.kind], [2, 3, 'suspended']);
    equal(same(await copy.load(fitting?.id ?? ''), STATE), true);
    const [first] = copy.states;
    copy.goBack(first?.id ?? '');
    equal([fillAt(copy, 0), copy.fitting?.id], [1, first?.id]);
    equal(same(await copy.load(first?.id ?? ''), [filled(7)]), true);
    copy.close();
  },

  'imports a disk that is larger than its container’s, with a checkpoint from before': async (store) => {
    await fill(store);
    const machine = await store.open('original', DISK);
    machine.grow(2 * DISK.bytes);
    const end = (2 * DISK.bytes) / BLOCK_BYTES - 1;
    machine.disk.write(end * BLOCK_BYTES, filled(8));
    await save(machine, 'checkpoint', 'large', 9, [filled(9)]);
    const [first] = machine.states;
    machine.goBack(first?.id ?? '');
    machine.close();
    const { contents, parts } = await exported(store);
    equal(
      [contents.disk.grownTo, contents.states.map(({ grownTo }) => grownTo)],
      [undefined, [undefined, 2 * DISK.bytes]],
    );
    await (await store.import('copy', contents, each(parts))).keep();
    const copy = await store.open('copy', DISK);
    equal([copy.size, copy.fitting?.id], [DISK.bytes, first?.id]);
    copy.goBack(copy.states.at(-1)?.id ?? '');
    equal([copy.size, fillAt(copy, end), copy.fitting?.name], [2 * DISK.bytes, 8, 'large']);
    copy.close();
  },

  'exports without changing anything, and what a crash has left is not exported': async (store) => {
    await fill(store);
    const machine = await store.open('original', DISK);
    machine.disk.write(0, filled(9));
    machine.close();
    const before = await store.list();
    const { contents } = await exported(store);
    // The suspended state fits the disk no more.
    equal(
      contents.states.map(({ kind }) => kind),
      ['checkpoint'],
    );
    equal(await store.list(), before);
  },

  'exports only what is there, and what nobody has open': async (store) => {
    equal(await codeOf(store.export('never was', DISK)), 'backup/not-kept');
    equal(await store.list(), []);
    const machine = await store.open('original', DISK);
    equal(await codeOf(store.export('original', DISK)), 'storage/locked');
    machine.close();
    equal(await codeOf(store.export('original', { ...DISK, base: 'other' })), 'storage/damaged');
    await exported(store);
  },

  'leaves nothing of an import that fails': async (store) => {
    await fill(store);
    const before = await store.list();
    const { contents, parts } = await exported(store);
    const broken = async function* (): AsyncGenerator<KeptPart> {
      yield* parts.slice(0, -1);
      throw new AppError('backup/truncated', { bytes: 1 });
    };
    equal(await codeOf(store.import('copy', contents, broken())), 'backup/truncated');
    equal(await codeOf(store.import('copy', contents, each(parts.slice(1)))), 'backup/altered');
    const [disk] = parts;
    const noise = disk ? [{ ...disk, bytes: new Uint8Array(100) }] : [];
    equal(await codeOf(store.import('copy', contents, each([...noise, ...parts.slice(1)]))), 'backup/altered');
    equal(await store.list(), before);
  },

  'removes what imports have left that nobody finished': async (store) => {
    await fill(store);
    const { contents, parts } = await exported(store);
    const discarded = await store.import('discarded', contents, each(parts));
    await discarded.discard();
    equal((await store.list()).length, 1);
    const kept = await store.import('kept', contents, each(parts));
    // It goes on: its folder is in use.
    const onlyOriginal = (machine: string) => Promise.resolve(machine === 'original');
    await store.tidyImports(onlyOriginal);
    await kept.keep();
    await store.tidyImports(onlyOriginal);
    equal((await store.list()).map(({ machine }) => machine).toSorted(), ['kept', 'original']);
  },
};

/** A machine with a checkpoint and a suspended state, whose disk has changed between them. */
async function fill(store: KeptMachines): Promise<void> {
  const machine = await store.open('original', DISK);
  machine.disk.write(0, filled(1));
  await save(machine, 'checkpoint', 'first – of two', 7, [filled(7)]);
  machine.disk.write(0, filled(2));
  for (let block = 1; block <= 300; block++) machine.disk.write(block * BLOCK_BYTES, filled(3));
  machine.disk.write(500 * BLOCK_BYTES, new Uint8Array(BLOCK_BYTES));
  await save(machine, 'suspended', '', 8, STATE);
  machine.close();
}

function save(
  machine: KeptMachine,
  kind: StateDescription['kind'],
  name: string,
  savedAt: number,
  parts: readonly Uint8Array[],
): Promise<unknown> {
  return machine.save({ kind, name, engineVersion: '1', savedAt }, parts);
}

async function exported(store: KeptMachines): Promise<{ contents: KeptContents; parts: readonly KeptPart[] }> {
  const outgoing = await store.export('original', DISK);
  const parts: KeptPart[] = [];
  for await (const part of outgoing.parts()) parts.push(part);
  outgoing.close();
  return { contents: outgoing.contents, parts };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function filled(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(BLOCK_BYTES).fill(value);
}

function fillAt({ disk }: KeptMachine, block: number): number {
  const bytes = new Uint8Array(BLOCK_BYTES);
  disk.apply(block * BLOCK_BYTES, bytes);
  return new Set(bytes).size === 1 ? (bytes[0] ?? -1) : -1;
}
