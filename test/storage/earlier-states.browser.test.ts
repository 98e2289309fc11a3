import { Dexie } from 'dexie';
import { afterEach, describe, expect, it } from 'vitest';
import { digestFromBytes } from '#domain/container/index.ts';
import type { PortolanDatabase, StateRow } from '#storage/database.ts';
import { IndexedEarlierStates } from '#storage/indexed-earlier-states.ts';
import { IndexedMachineRecords } from '#storage/machine-records.ts';
import { loadCompression, sha256 } from '#storage/index.ts';
import { failureOf } from '../support/failure.ts';
import { deleteDatabases, unopenedDatabase } from './support/databases.ts';

const MIB = 1024 * 1024;
const STATE = Uint8Array.from({ length: 2 * MIB + 5 }, (_, i) => (i >> 8) + 1);
const MACHINE = { id: 'm', title: 'M', manifest: { digest: 'd' }, sources: ['http://a.test/catalog.json'] };

/** Arrays of megabytes, compared without a report of each byte. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A suspended machine in a database as version 2 had it, changed by `change`, and then opened by this version. */
async function upgraded(
  change: (piece: StateRow) => StateRow | undefined = (piece) => piece,
): Promise<PortolanDatabase> {
  const database = unopenedDatabase();
  const before = new Dexie(database.name);
  before.version(2).stores({
    contents: 'digest',
    states: '[machine+generation+index], machine',
    machines: 'id, savedAt',
    containers: 'digest',
    sources: 'url, place',
    catalogs: 'url',
  });
  const { compress } = await loadCompression();
  for (let index = 0; index < 3; index++) {
    const content = STATE.slice(index * MIB, (index + 1) * MIB);
    const piece = { machine: 'm', generation: 4, index, frame: compress(content, 1), digest: await sha256(content) };
    const kept = index === 1 ? change(piece) : piece;
    if (kept) await before.table('states').put(kept);
  }
  const row = { ...MACHINE, savedAt: 7, bytes: 100, engineVersion: 'e', generation: 4, pieces: 3 };
  await before.table('machines').put(row);
  before.close();
  await database.open();
  return database;
}

afterEach(deleteDatabases);

describe('a machine that an earlier version suspended', () => {
  it('is known, as suspended', async () => {
    const records = new IndexedMachineRecords(await upgraded());
    expect(await records.list()).toMatchObject([
      { ...MACHINE, createdAt: 7, usedAt: 7, bytes: 100, suspended: { savedAt: 7, bytes: 100 }, checkpoints: [] },
    ]);
  });

  it('has its state, until it has gone on from it', async () => {
    const database = await upgraded();
    const states = new IndexedEarlierStates(database, loadCompression);
    expect(await states.engineOf('m')).toBe('e');
    expect(same(await states.load('m'), STATE)).toBe(true);
    // The worker writes the record when it opens the machine.
    await new IndexedMachineRecords(database).update('m', (record) => ({ ...record!, suspended: undefined }));
    expect(await states.engineOf('m')).toBe('e');
    await states.remove('m');
    expect(await states.engineOf('m')).toBeUndefined();
    expect(await failureOf(states.load('m'))).toMatchObject({ code: 'state/corrupt' });
    expect(await database.states.count()).toBe(0);
    expect(await database.machines.count()).toBe(1);
  });

  it.each<[string, (piece: StateRow) => StateRow | undefined]>([
    ['lacks a piece', () => undefined],
    ['has a piece cut short', (piece) => ({ ...piece, frame: piece.frame.slice(0, -3) })],
    ['has a piece of garbage', (piece) => ({ ...piece, frame: new Uint8Array(100) })],
    ['has a piece with another content', (piece) => ({ ...piece, digest: digestFromBytes(new Uint8Array(32)) })],
  ])('is refused when its state %s', async (_, damage) => {
    const states = new IndexedEarlierStates(await upgraded(damage), loadCompression);
    expect(await failureOf(states.load('m'))).toMatchObject({ code: 'state/corrupt' });
  });
});

describe('a machine of a newer version', () => {
  it('is listed, and not written over', async () => {
    const database = await upgraded();
    await database.machines.update('m', { form: 99 });
    const records = new IndexedMachineRecords(database);
    expect(await records.list()).toHaveLength(1);
    const failure = await failureOf(records.update('m', (record) => record!));
    expect(failure).toEqual({ code: 'storage/newer', data: { version: 99, supported: 1 } });
    await records.remove('m');
    expect(await records.list()).toEqual([]);
  });
});
