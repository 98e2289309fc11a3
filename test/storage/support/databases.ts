import { PortolanDatabase } from '#storage/database.ts';

const opened: PortolanDatabase[] = [];

/** A database of its own for a test. */
export async function freshDatabase(): Promise<PortolanDatabase> {
  const database = unopenedDatabase();
  await database.open();
  return database;
}

/** The same, before anything of it is on the device. */
export function unopenedDatabase(): PortolanDatabase {
  const database = new PortolanDatabase(`test-${crypto.randomUUID()}`);
  opened.push(database);
  return database;
}

/** Deletes them without Dexie, which warns when a database takes a moment to close. */
export async function deleteDatabases(): Promise<void> {
  for (const database of opened.splice(0)) {
    database.close();
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(database.name);
      request.addEventListener('success', resolve);
      request.addEventListener('error', reject);
    });
  }
}
