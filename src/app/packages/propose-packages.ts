import type { Explanation } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';
import type { Machine } from '#ports/portolan.ts';
import type { ProposeOptions } from '#ports/package-installation.ts';
import { startPackageWorker, withWorker } from '../workers.ts';
import { packagesOf } from './machine-packages.ts';
import { readPackages } from './read-packages.ts';

/** As `Portolan.proposePackages`. */
export async function proposePackages(
  machine: Pick<Machine, 'exec' | 'readFile'>,
  files: readonly Blob[],
  options: ProposeOptions = {},
): Promise<Proposal | Explanation> {
  const { wanted, ...cancellable } = options;
  return withWorker(startPackageWorker, async (service) => {
    const [packages, has] = await Promise.all([
      readPackages(service, files, cancellable),
      packagesOf(machine, cancellable),
    ]);
    return service.propose(packages, has, { wanted });
  });
}
