import { AppError } from '#domain/errors/index.ts';
import type { BackupService } from '#ports/backup-service.ts';
import type { PackageService } from '#ports/package-service.ts';
import type { MachineService } from '#ports/machine-service.ts';
import { BUILD, connect, type Connection } from '#rpc/index.ts';

/** Starts a worker for one machine. `close` ends the worker and gives its memory back. @throws AppError `rpc/*` */
export function startMachineWorker(name: string): Promise<Connection<MachineService>> {
  const worker = new Worker(new URL('../../workers/machine.ts', import.meta.url), { type: 'module', name });
  return connected<MachineService>(worker, 'machine’s worker');
}

/** Starts a worker that exports or imports a machine. @throws AppError `rpc/*` */
export function startBackupWorker(): Promise<Connection<BackupService>> {
  const worker = new Worker(new URL('../../workers/backup.ts', import.meta.url), { type: 'module', name: 'backup' });
  return connected<BackupService>(worker, 'worker for backups');
}

/** Starts a worker that reads packages. @throws AppError `rpc/*` */
export function startPackageWorker(): Promise<Connection<PackageService>> {
  const worker = new Worker(new URL('../../workers/packages.ts', import.meta.url), {
    type: 'module',
    name: 'packages',
  });
  return connected<PackageService>(worker, 'worker for packages');
}

/**
 * Does `work` with a worker of its own, whose memory goes with it.
 * @param settle waited for before it is ended, whatever came of the work
 */
export async function withWorker<Service, T>(
  start: () => Promise<Connection<Service>>,
  work: (service: Service) => Promise<T>,
  settle: (service: Service) => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const connection = await start();
  try {
    return await work(connection.service);
  } finally {
    await settle(connection.service);
    connection.close();
  }
}

async function connected<Service extends object>(worker: Worker, peer: string): Promise<Connection<Service>> {
  const gone = new AbortController();
  worker.addEventListener('error', (event) => {
    gone.abort(new AppError('app/unexpected', { detail: event.message || `the ${peer} could not be loaded` }));
  });
  try {
    const connection = await connect<Service>(worker, { build: BUILD, peer, gone: gone.signal });
    const close = (): void => {
      connection.close();
      worker.terminate();
    };
    return { ...connection, close };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
