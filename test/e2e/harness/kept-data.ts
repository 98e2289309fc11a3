import type { Page } from '@playwright/test';

/** Rows of a table in the page's IndexedDB. */
export function countRows(page: Page, table: 'machines' | 'states' | 'contents'): Promise<number> {
  return page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('portolan');
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
    });
    const count = await new Promise<number>((resolve) => {
      const request = database.transaction(name).objectStore(name).count();
      request.addEventListener('success', () => resolve(request.result));
    });
    database.close();
    return count;
  }, table);
}

/** Flips a bit in the first piece of each suspended state, as a failing disk would. */
export async function damageStates(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('portolan');
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
    });
    const transaction = database.transaction('states', 'readwrite');
    const cursors = transaction.objectStore('states').openCursor();
    cursors.addEventListener('success', () => {
      const row: { frame: Uint8Array } | undefined = cursors.result?.value;
      if (!row) return;
      row.frame.set([(row.frame.at(0) ?? 0) ^ 1], 0);
      cursors.result?.update(row);
    });
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    database.close();
  });
}
