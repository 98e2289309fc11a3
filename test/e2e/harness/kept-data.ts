import type { JSHandle, Page } from '@playwright/test';

/** The page's own database, opened beside its own connection. */
function openDatabase(page: Page): Promise<JSHandle<IDBDatabase>> {
  return page.evaluateHandle(
    () =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('portolan');
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
      }),
  );
}

/** Rows of a table in the page's IndexedDB. */
export async function countRows(page: Page, table: 'machines' | 'contents'): Promise<number> {
  const database = await openDatabase(page);
  return database.evaluate(async (open, name) => {
    const request = open.transaction(name).objectStore(name).count();
    await new Promise((resolve) => request.addEventListener('success', resolve));
    open.close();
    return request.result;
  }, table);
}

/** Makes the device forget what its sources listed. */
export async function forgetCatalogs(page: Page): Promise<void> {
  const database = await openDatabase(page);
  await database.evaluate(async (open) => {
    const transaction = open.transaction('catalogs', 'readwrite');
    transaction.objectStore('catalogs').clear();
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    open.close();
  });
}

/** Makes the page know a suspended machine of the first container on its shelf, as far as the shelf looks at it. */
export async function keepMachine(page: Page, id: string): Promise<void> {
  const database = await openDatabase(page);
  await database.evaluate(async (open, name) => {
    const [listing] = await window.portolan.catalog();
    const transaction = open.transaction('machines', 'readwrite');
    const { entry, mirrors } = listing ?? {};
    const place = { manifest: entry?.manifest, sources: mirrors?.slice(0, 1) };
    const now = Date.now();
    const suspended = { savedAt: now, bytes: 1_000_000 };
    const kept = { createdAt: now, usedAt: now, bytes: suspended.bytes, suspended, checkpoints: [], form: 1 };
    const row = { ...place, ...kept, id: name, title: entry?.title };
    transaction.objectStore('machines').put(row);
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    open.close();
  }, id);
}
