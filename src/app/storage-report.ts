import type { StorageReport } from '#ports/storage-report.ts';
import type { ContainerShelf, Storage } from '#storage/index.ts';

/** What takes how much of this device. */
export async function describeStorage(storage: Storage, shelf: ContainerShelf): Promise<StorageReport> {
  const [estimate, persisted, containers, records] = await Promise.all([
    estimateSpace(),
    isPersisted(),
    shelf.list(),
    storage.states?.list() ?? [],
  ]);
  const machines = records.map(({ id, title, bytes }) => ({ id, title, bytes }));
  return { usage: estimate?.usage, quota: estimate?.quota, persisted, containers, machines };
}

/** Asks the browser not to clear this origin by itself. True when it agrees. */
export async function persistStorage(): Promise<boolean> {
  // Undefined outside secure contexts, whatever the types say.
  const manager: StorageManager | undefined = navigator.storage;
  return (await manager?.persist().catch(() => false)) ?? false;
}

async function estimateSpace(): Promise<StorageEstimate | undefined> {
  const manager: StorageManager | undefined = navigator.storage;
  return manager?.estimate().catch(() => undefined);
}

async function isPersisted(): Promise<boolean> {
  const manager: StorageManager | undefined = navigator.storage;
  return (await manager?.persisted().catch(() => false)) ?? false;
}
