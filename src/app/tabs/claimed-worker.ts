import type { MachineService } from '#ports/machine-service.ts';
import type { Connection } from '#rpc/index.ts';
import type { MachineClaims } from './machine-claims.ts';

type StartWorker = (machine: string) => Promise<Connection<MachineService>>;

/** Starts workers only for machines that no other tab runs. @throws AppError `machine/elsewhere`, and as `start` does */
export function claimedWorkers(claims: MachineClaims, start: StartWorker): StartWorker {
  return async (machine) => {
    await claims.take(machine);
    try {
      const connection = await start(machine);
      const close = (): void => {
        connection.close();
        claims.drop(machine);
      };
      return { ...connection, close };
    } catch (error) {
      claims.drop(machine);
      throw error;
    }
  };
}
