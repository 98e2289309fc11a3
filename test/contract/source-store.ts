import { describe, expect, it } from 'vitest';
import { newRow } from '#storage/sources/source-row.ts';
import type { CatalogRow, SourceStore } from '#storage/sources/source-store.ts';

const A = 'https://a.example/catalog.json';
const B = 'https://b.example/catalog.json';
const C = 'https://c.example/catalog.json';
const catalogOf = (url: string, text = '{}'): CatalogRow => ({ url, text, etag: '"1"', lastModified: undefined });

/** What every store of sources does. */
export function sourceStoreContract(name: string, open: () => Promise<SourceStore>): void {
  const urlsIn = async (store: SourceStore): Promise<string[]> => (await store.rows()).map(({ url }) => url);

  describe(name, () => {
    it('begins empty', async () => {
      const store = await open();
      expect(await store.rows()).toEqual([]);
      expect(await store.catalog(A)).toBeUndefined();
    });

    it('keeps rows in the order in which they were given', async () => {
      const store = await open();
      await store.change(() => [newRow(B), newRow(A)]);
      expect(await urlsIn(store)).toEqual([B, A]);
      await store.change((rows) => [newRow(C), ...rows.toReversed()]);
      expect(await urlsIn(store)).toEqual([C, A, B]);
      expect(await store.rows()).toMatchObject([newRow(C), newRow(A), newRow(B)]);
    });

    it('says what was before and is after', async () => {
      const store = await open();
      await store.change(() => [newRow(A)]);
      const { before, after } = await store.change((rows) => rows.map((row) => ({ ...row, name: 'Other' })));
      expect([before, after]).toMatchObject([[newRow(A)], [newRow(A, { name: 'Other' })]]);
      expect(await store.rows()).toMatchObject(after);
    });

    it('keeps a catalog with the row that it changes', async () => {
      const store = await open();
      await store.change(() => [newRow(A)], catalogOf(A));
      expect(await store.catalog(A)).toEqual(catalogOf(A));
      await store.change((rows) => rows, catalogOf(A, 'of nobody who asked'));
      await store.change((rows) => rows, catalogOf(B));
      expect(await store.catalog(A)).toEqual(catalogOf(A));
      expect(await store.catalog(B)).toBeUndefined();
    });

    it('forgets catalogs with their rows', async () => {
      const store = await open();
      await store.change(() => [newRow(A)], catalogOf(A));
      await store.change((rows) => [...rows, newRow(B)], catalogOf(B));
      await store.change((rows) => rows.filter(({ url }) => url !== A));
      expect(await urlsIn(store)).toEqual([B]);
      expect(await store.catalog(A)).toBeUndefined();
      expect(await store.catalog(B)).toEqual(catalogOf(B));
    });

    it('loses none of many changes at once', async () => {
      const store = await open();
      await store.change(() => [newRow(A)]);
      const count = (): Promise<unknown> =>
        store.change((rows) => rows.map((row) => ({ ...row, failures: row.failures + 1 })));
      await Promise.all(Array.from({ length: 20 }, count));
      expect((await store.rows())[0]?.failures).toBe(20);
    });

    it('changes nothing where the change fails', async () => {
      const store = await open();
      await store.change(() => [newRow(A)]);
      const failing = async (): Promise<unknown> =>
        store.change(() => {
          throw new RangeError('no');
        });
      await expect(failing()).rejects.toThrow();
      expect(await urlsIn(store)).toEqual([A]);
    });
  });
}
