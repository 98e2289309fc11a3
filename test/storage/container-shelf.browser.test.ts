import { Dexie } from 'dexie';
import { afterEach, expect, it } from 'vitest';
import type { Digest } from '#domain/container/index.ts';
import { IndexedContainerRecords, type ContainerRecord } from '#storage/container-records.ts';
import { sha256 } from '#storage/digest.ts';
import { IndexedContentStore } from '#storage/indexed-content-store.ts';
import { ContainerShelf, holdContainer } from '#storage/index.ts';
import { failureOf } from '../support/failure.ts';
import { deleteDatabases, freshDatabase, unopenedDatabase } from './support/databases.ts';

afterEach(deleteDatabases);

const bytes = Uint8Array.of(1, 2, 3);

interface Shelved {
  readonly shelf: ContainerShelf;
  readonly records: IndexedContainerRecords;
  readonly digest: Digest;
  isHere(): Promise<boolean>;
}

/** A shelf with a container of which only some bytes are here, under the name of its manifest. */
async function shelved(): Promise<Shelved> {
  const database = await freshDatabase();
  const contents = new IndexedContentStore(database);
  const records = new IndexedContainerRecords(database);
  const digest = await sha256(bytes);
  await contents.put([{ digest, bytes }]);
  await records.update(digest, () => record(digest));
  const isHere = async (): Promise<boolean> => (await contents.missing([digest])).length === 0;
  return { shelf: new ContainerShelf({ contents, containers: records, machines: undefined }), records, digest, isHere };
}

function record(digest: Digest): ContainerRecord {
  const state = { pinned: false, usedAt: 1, firstKeptAt: 1, download: 'none' } as const;
  return { digest, entry: undefined, title: 'Tiny', version: '1', bytes: 3, mirrors: [], ...state };
}

it('a container that somebody holds stays, and goes when it is let go', async () => {
  const { shelf, digest, isHere } = await shelved();
  const [machine, download] = [new AbortController(), new AbortController()];
  await Promise.all([holdContainer(digest, machine.signal), holdContainer(digest, download.signal)]);
  expect(await shelf.list()).toMatchObject([{ inUse: true }]);
  expect(await failureOf(shelf.remove(digest))).toMatchObject({ code: 'container/in-use' });
  machine.abort();
  expect(await failureOf(shelf.remove(digest))).toMatchObject({ code: 'container/in-use' });
  expect(await shelf.makeRoom(1, [])).toBe(false);
  expect(await isHere()).toBe(true);
  download.abort();
  await expect.poll(async () => (await shelf.list())[0]?.inUse).toBe(false);
  await shelf.remove(digest);
  expect(await isHere()).toBe(false);
  expect(await shelf.records()).toEqual([]);
});

it('who takes hold while a container is being removed waits for the end', async () => {
  const { shelf, digest, isHere } = await shelved();
  const removing = shelf.remove(digest);
  const signal = new AbortController().signal;
  const results = await Promise.allSettled([removing, holdContainer(digest, signal)]);
  expect(results[1]?.status).toBe('fulfilled');
  // Either it was there for the holder, or it was gone before the holder had it: never half of it.
  expect(await isHere()).toBe(results[0]?.status === 'rejected');
});

it('records change one after another, and stay when there is nothing to change', async () => {
  const { records, digest } = await shelved();
  const add = (n: number) => records.update(digest, (before) => before && { ...before, bytes: before.bytes + n });
  await Promise.all([add(1), add(10), add(100)]);
  expect(await records.get(digest)).toMatchObject({ bytes: 114 });
  expect(await records.update(digest, () => undefined)).toMatchObject({ bytes: 114 });
  expect(await records.list()).toHaveLength(1);
});

it('machines of the first version of the database know their catalog as a source', async () => {
  const database = unopenedDatabase();
  const before = new Dexie(database.name);
  before
    .version(1)
    .stores({ contents: 'digest', states: '[machine+generation+index], machine', machines: 'id, savedAt' });
  const machine = { id: 'm', title: 'M', savedAt: 1, bytes: 1, engineVersion: '1', generation: 1, pieces: 0 };
  await before.table('machines').put({ ...machine, catalogUrl: 'http://a.test/catalog.json' });
  before.close();
  await database.open();
  expect(await database.machines.toArray()).toMatchObject([{ id: 'm', sources: ['http://a.test/catalog.json'] }]);
});
