import type { PackageRequest } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine } from '#ports/portolan.ts';
import { packageStatesOf } from './machine-packages.ts';

/** As `Portolan.requestPackages`. */
export async function requestPackages(
  machine: Pick<Machine, 'exec' | 'readFile' | 'title'>,
  wanted: readonly string[],
  options: Cancellable = {},
): Promise<Blob> {
  const { status } = await packageStatesOf(machine, options);
  const request: PackageRequest = {
    schemaVersion: 1,
    title: machine.title,
    wanted: [...wanted],
    status: new TextDecoder().decode(status),
  };
  return new Blob([JSON.stringify(request)], { type: 'application/json' });
}
