import { afterEach, describe, expect, it } from 'vitest';
import type { Content } from '#ports/content-store.ts';
import { sha256 } from '#storage/digest.ts';
import { IndexedContentStore } from '#storage/indexed-content-store.ts';
import { openStorage } from '#storage/index.ts';
import { contentStoreContract } from '../contract/content-store.ts';
import { failureOf } from '../support/failure.ts';
import { deleteDatabases, freshDatabase } from './support/databases.ts';

const bytes = Uint8Array.of(1, 2, 3);

afterEach(deleteDatabases);

contentStoreContract('IndexedContentStore', async () => new IndexedContentStore(await freshDatabase()));

describe('content in IndexedDB', () => {
  it('is there for the next thread that opens it', async () => {
    const database = await freshDatabase();
    const digest = await sha256(bytes);
    await new IndexedContentStore(database).put([{ digest, bytes }]);
    database.close();
    await database.open();
    expect(await new IndexedContentStore(database).get([digest])).toEqual([bytes]);
  });

  it('is kept all or not at all', async () => {
    const store = new IndexedContentStore(await freshDatabase());
    const digest = await sha256(bytes);
    const unkeepable = { digest: undefined, bytes } as unknown as Content;
    expect(await failureOf(store.put([{ digest, bytes }, unkeepable]))).toMatchObject({ code: 'storage/unavailable' });
    expect(await store.missing([digest])).toEqual([digest]);
  });

  it('that the browser took away is an error with a code', async () => {
    const database = await freshDatabase();
    const store = new IndexedContentStore(database);
    database.close({ disableAutoOpen: true });
    expect(await failureOf(store.get([await sha256(bytes)]))).toMatchObject({ code: 'storage/unavailable' });
    expect(await failureOf(store.put([]))).toMatchObject({ code: 'storage/unavailable' });
  });

  it('that does not fit is an error that says so, also when the browser’s own is wrapped', async () => {
    const database = await freshDatabase();
    const store = new IndexedContentStore(database);
    const digest = await sha256(bytes);
    // No test can fill a disk: the browser's error is thrown where it would be, in the middle of the transaction.
    database.contents.hook('creating', () => {
      throw new DOMException('there is no room', 'QuotaExceededError');
    });
    expect(await failureOf(store.put([{ digest, bytes }]))).toMatchObject({ code: 'storage/full' });
    expect(await store.missing([digest])).toEqual([digest]);
  });
});

describe('a thread’s storage', () => {
  it('is IndexedDB where the browser has it', async () => {
    const { contents, machines, limitation } = await openStorage();
    expect(limitation).toBeUndefined();
    expect(contents).toBeInstanceOf(IndexedContentStore);
    expect(await machines?.records.list()).toEqual([]);
  });
});
