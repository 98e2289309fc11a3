import type { BackupService } from '#ports/backup-service.ts';
import type { BackupOptions } from '#ports/portolan.ts';
import { startBackupWorker, withWorker } from './workers.ts';

/** All that a machine keeps that nobody has open, as one file. @throws AppError `backup/not-kept`, `storage/*`, `rpc/*` */
export async function exportMachine(id: string, { onProgress, signal }: BackupOptions): Promise<Blob> {
  return withBackupWorker(async (service) => {
    const pieces: Blob[] = [];
    // The browser holds a blob, and on its own disk when it is large: this page's memory stays small.
    const take = (bytes: Uint8Array<ArrayBuffer>): Promise<void> =>
      Promise.resolve(void pieces.push(new Blob([bytes])));
    await service.export(id, take, (share) => onProgress?.(share), { signal });
    return new Blob(pieces, { type: 'application/octet-stream' });
  });
}

/** Makes a machine of a file. @returns its id @throws AppError `backup/*`, `storage/*`, `rpc/*` */
export async function importMachine(file: Blob, { onProgress, signal }: BackupOptions): Promise<string> {
  return withBackupWorker((service) => service.import(file, (share) => onProgress?.(share), { signal }));
}

/** Milliseconds that a worker is given to clear away what was called off. */
const TIDY_MS = 5000;

function withBackupWorker<T>(work: (service: BackupService) => Promise<T>): Promise<T> {
  const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TIDY_MS));
  return withWorker(startBackupWorker, work, (service) =>
    Promise.race([service.idle().catch(() => undefined), late()]),
  );
}
