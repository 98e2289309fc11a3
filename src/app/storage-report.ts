import type { StorageReport, StoredMachine } from '#ports/storage-report.ts';
import type { ContainerShelf, MachineStorage, Storage } from '#storage/index.ts';

/** What takes how much of this device. */
export async function describeStorage(storage: Storage, shelf: ContainerShelf): Promise<StorageReport> {
  const [estimate, persisted, containers, machines] = await Promise.all([
    estimateSpace(),
    isPersisted(),
    shelf.list(),
    storage.machines ? storedMachines(storage.machines) : [],
  ]);
  return { usage: estimate?.usage, quota: estimate?.quota, persisted, containers, machines };
}

/** A running machine takes more than when its record was written. */
async function storedMachines({ records, files }: MachineStorage): Promise<readonly StoredMachine[]> {
  const [known, stored] = await Promise.all([records.list(), files.list().catch(() => [])]);
  return known.map(({ id, title, bytes }) => {
    return { id, title, bytes: stored.find(({ machine }) => machine === id)?.bytes ?? bytes };
  });
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
