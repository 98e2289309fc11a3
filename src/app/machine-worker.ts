import { AppError } from '#domain/errors/index.ts';
import type { MachineService } from '#ports/machine-service.ts';
import { BUILD, connect, type Connection } from '#rpc/index.ts';

/** Starts a worker for one machine. `close` ends the worker and gives its memory back. @throws AppError `rpc/*` */
export async function startMachineWorker(name: string): Promise<Connection<MachineService>> {
  const worker = new Worker(new URL('../../workers/machine.ts', import.meta.url), { type: 'module', name });
  const gone = new AbortController();
  worker.addEventListener('error', (event) => {
    gone.abort(new AppError('app/unexpected', { detail: event.message || 'the machine’s worker could not be loaded' }));
  });
  try {
    const options = { build: BUILD, peer: 'machine’s worker', gone: gone.signal };
    const connection = await connect<MachineService>(worker, options);
    const close = (): void => {
      connection.close();
      worker.terminate();
    };
    return { service: connection.service, close };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
