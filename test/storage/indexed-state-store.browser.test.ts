import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestSchema, type Descriptor } from '#domain/container/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { MachineRecord } from '#ports/state-store.ts';
import type { PortolanDatabase, StateRow } from '#storage/database.ts';
import { IndexedStateStore } from '#storage/indexed-state-store.ts';
import { loadCompression } from '#storage/index.ts';
import * as v from 'valibot';
import { failureOf } from '../support/failure.ts';
import { deleteDatabases, freshDatabase } from './support/databases.ts';

const MIB = 1024 * 1024;
const manifest: Descriptor = {
  mediaType: 'm',
  digest: v.parse(DigestSchema, `sha256:${'0'.repeat(64)}`),
  size: 1,
};

let database: PortolanDatabase;
let store: IndexedStateStore;

function machine(id: string, savedAt = 1): Omit<MachineRecord, 'bytes'> {
  return { id, title: id, manifest, sources: ['http://a.test/catalog.json'], savedAt, engineVersion: '1' };
}

/** A state of some pieces, the last of them not whole. */
function stateOf(seed: number, length = 3 * MIB + 5): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i >> 8) + seed);
}

/** Arrays of megabytes, compared without a report of each byte. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A compression that gives up after some pieces, as a tab that is closed does. */
async function failingAfter(pieces: number): Promise<Compression> {
  const { compress, decompress } = await loadCompression();
  let left = pieces;
  return {
    decompress,
    compress: (bytes, level) => {
      if (left-- === 0) throw new Error('the tab was closed');
      return compress(bytes, level);
    },
  };
}

beforeEach(async () => {
  database = await freshDatabase();
  store = new IndexedStateStore(database, loadCompression);
});
afterEach(deleteDatabases);

describe('a saved state', () => {
  it.each([0, 1, MIB, MIB + 1, 3 * MIB + 5])('of %i bytes comes back as it was', async (length) => {
    const state = stateOf(1, length);
    const record = await store.save(machine('m'), [state]);
    expect(same(await store.load('m'), state)).toBe(true);
    expect(record).toMatchObject(machine('m'));
    expect(record.bytes).toBeLessThan(length + 100);
  });

  it('takes the place of the machine’s earlier one, of which nothing is left', async () => {
    await store.save(machine('m', 1), [stateOf(1, 8 * MIB)]);
    await store.save(machine('m', 2), [stateOf(2)]);
    expect(same(await store.load('m'), stateOf(2))).toBe(true);
    expect(await store.list()).toHaveLength(1);
    expect(await database.states.count()).toBe(4);
  });

  it('is listed, the newest first, with the bytes that it takes', async () => {
    await store.save(machine('old', 1), [stateOf(1)]);
    await store.save(machine('new', 2), [stateOf(2)]);
    const listed = await store.list();
    expect(listed.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(listed.every(({ bytes }) => bytes > 0 && bytes < MIB)).toBe(true);
  });

  it('does not disturb another machine’s', async () => {
    await Promise.all([store.save(machine('a'), [stateOf(1)]), store.save(machine('b'), [stateOf(2)])]);
    await store.remove('a');
    expect(same(await store.load('b'), stateOf(2))).toBe(true);
    expect(await failureOf(store.load('a'))).toMatchObject({ code: 'state/corrupt' });
  });

  it('that is removed leaves nothing', async () => {
    await store.save(machine('m'), [stateOf(1)]);
    await store.remove('m');
    await store.remove('never there');
    expect(await store.list()).toEqual([]);
    expect(await database.states.count()).toBe(0);
  });
});

describe('a save that is interrupted', () => {
  it('leaves the earlier state whole', async () => {
    await store.save(machine('m', 1), [stateOf(1)]);
    const interrupted = new IndexedStateStore(database, () => failingAfter(2));
    await expect(interrupted.save(machine('m', 2), [stateOf(2)])).rejects.toThrow('the tab was closed');
    expect(same(await store.load('m'), stateOf(1))).toBe(true);
    expect(await store.list()).toMatchObject([{ id: 'm', savedAt: 1 }]);
  });

  it('of a new machine leaves no machine', async () => {
    const interrupted = new IndexedStateStore(database, () => failingAfter(2));
    await expect(interrupted.save(machine('m'), [stateOf(1)])).rejects.toThrow('the tab was closed');
    expect(await store.list()).toEqual([]);
    expect(await failureOf(store.load('m'))).toMatchObject({ code: 'state/corrupt' });
  });

  it('leaves nothing behind once the next one is through', async () => {
    await store.save(machine('m', 1), [stateOf(1)]);
    const interrupted = new IndexedStateStore(database, () => failingAfter(3));
    await interrupted.save(machine('m', 2), [stateOf(2)]).catch(() => undefined);
    await store.save(machine('m', 3), [stateOf(3, MIB)]);
    expect(same(await store.load('m'), stateOf(3, MIB))).toBe(true);
    expect(await database.states.count()).toBe(1);
  });
});

describe('a state that was damaged', () => {
  const damage = async (change: (piece: StateRow) => StateRow | undefined): Promise<void> => {
    await store.save(machine('m'), [stateOf(1)]);
    const [, piece] = await database.states.toArray();
    if (!piece) throw new Error('the state has no second piece');
    await database.states.delete([piece.machine, piece.generation, piece.index]);
    const changed = change(piece);
    if (changed) await database.states.put(changed);
  };

  it.each<[string, (piece: StateRow) => StateRow | undefined]>([
    ['lacks a piece', () => undefined],
    ['has a piece cut short', (piece) => ({ ...piece, frame: piece.frame.slice(0, -3) })],
    ['has a piece of garbage', (piece) => ({ ...piece, frame: new Uint8Array(100) })],
    ['has a piece with another content', (piece) => ({ ...piece, digest: manifest.digest })],
  ])('and %s is refused', async (_, change) => {
    await damage(change);
    expect(await failureOf(store.load('m'))).toMatchObject({ code: 'state/corrupt' });
  });

  it('can be removed', async () => {
    await damage(() => undefined);
    await store.remove('m');
    expect(await database.states.count()).toBe(0);
  });
});
