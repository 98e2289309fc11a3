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
export async function countRows(page: Page, table: 'machines' | 'states' | 'contents'): Promise<number> {
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

/** Flips a bit in the first piece of each suspended state, as a failing disk would. */
export async function damageStates(page: Page): Promise<void> {
  const database = await openDatabase(page);
  await database.evaluate(async (open) => {
    const transaction = open.transaction('states', 'readwrite');
    const cursors = transaction.objectStore('states').openCursor();
    cursors.addEventListener('success', () => {
      const row: { frame: Uint8Array } | undefined = cursors.result?.value;
      if (!row) return;
      row.frame.set([(row.frame.at(0) ?? 0) ^ 1], 0);
      cursors.result?.update(row);
    });
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
    const origin = { title: entry?.title, ...place, engineVersion: 'any' };
    const row = { ...origin, id: name, savedAt: Date.now(), bytes: 1_000_000, generation: 1, pieces: 1 };
    transaction.objectStore('machines').put(row);
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    open.close();
  }, id);
}
