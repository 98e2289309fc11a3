import { Dexie } from 'dexie';
import { afterEach, expect, it } from 'vitest';
import { openStorage } from '#storage/index.ts';
import { PortolanDatabase } from '#storage/database.ts';
import { IndexedSourceStore } from '#storage/sources/indexed-source-store.ts';
import { newRow } from '#storage/sources/source-row.ts';
import { sourceStoreContract } from '../contract/source-store.ts';
import { deleteDatabases, freshDatabase, unopenedDatabase } from './support/databases.ts';

const URL_ = 'https://a.example/catalog.json';

afterEach(deleteDatabases);

sourceStoreContract('IndexedSourceStore', async () => new IndexedSourceStore(await freshDatabase()));

it('is seen by another thread that has the database open', async () => {
  const database = await freshDatabase();
  const other = new PortolanDatabase(database.name);
  await new IndexedSourceStore(database).change(() => [newRow(URL_)]);
  expect(await new IndexedSourceStore(other).rows()).toMatchObject([newRow(URL_)]);
  other.close();
});

it('comes to a device with a build from before it, whose pages go on', async () => {
  const newer = unopenedDatabase();
  const older = new Dexie(newer.name);
  older
    .version(1)
    .stores({ contents: 'digest', states: '[machine+generation+index], machine', machines: 'id, savedAt' });
  await older.table('machines').put({ id: 'm', savedAt: 1 });
  await new IndexedSourceStore(newer).change(() => [newRow(URL_)]);
  await older.table('machines').put({ id: 'n', savedAt: 2 });
  expect(await older.table('machines').count()).toBe(2);
  expect(await newer.machines.count()).toBe(2);
  older.close();
});

it('is a thread’s store where there is IndexedDB', async () => {
  expect((await openStorage()).sources).toBeInstanceOf(IndexedSourceStore);
});
