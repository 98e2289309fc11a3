import type { PackageService } from '#ports/package-service.ts';
import { startPackageWorker } from '../workers.ts';

/** Does `work` with a worker of its own, whose memory goes with it. */
export async function withPackageWorker<T>(work: (service: PackageService) => Promise<T>): Promise<T> {
  const connection = await startPackageWorker();
  try {
    return await work(connection.service);
  } finally {
    connection.close();
  }
}
