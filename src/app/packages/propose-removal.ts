import { AppError } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import {
  proposeRemoval as propose,
  userPackages as listUserPackages,
  type RemovalProposal,
  type ServiceNeeds,
  type UserPackage,
} from '#domain/packages/remove/index.ts';
import { parseFileLists } from '#domain/packages/install/index.ts';
import type { Service } from '#domain/services/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { RemovalOptions } from '#ports/package-removal.ts';
import type { Machine } from '#ports/portolan.ts';
import { packagesOf, packageStatesOf } from './machine-packages.ts';

type Guest = Pick<Machine, 'exec' | 'readFile' | 'services'>;

/** As `Portolan.userPackages`. @param container names of the packages that the machine came with */
export async function userPackages(
  machine: Pick<Machine, 'exec' | 'readFile'>,
  container: ReadonlySet<string>,
  options: Cancellable = {},
): Promise<readonly UserPackage[]> {
  const { status, extendedStates } = await packageStatesOf(machine, options);
  return listUserPackages({ status, extendedStates, container });
}

/** As `Portolan.proposeRemoval`. @param container as for `userPackages` */
export async function proposeRemoval(
  machine: Guest,
  names: readonly string[],
  container: ReadonlySet<string>,
  { purge = false, ...options }: RemovalOptions = {},
): Promise<RemovalProposal | Explanation> {
  const { status, lists, extendedStates } = await packagesOf(machine, options);
  const services = needsOf(await servicesOf(machine, options), parseFileLists(lists));
  return propose({ status, extendedStates, container, services, names, purge });
}

/** None on a machine without runit. */
async function servicesOf(machine: Guest, options: Cancellable): Promise<readonly Service[]> {
  try {
    return await machine.services.list(options);
  } catch (error) {
    if (error instanceof AppError && error.code === 'services/no-runit') return [];
    throw error;
  }
}

/** What a service says that it needs, and who has brought its folder. @param owners of files, by path */
function needsOf(services: readonly Service[], owners: ReadonlyMap<string, string>): ServiceNeeds[] {
  return services.map(({ name, package: needed }) => {
    const owner = owners.get(`/etc/sv/${name}`);
    return { name, packages: [needed, owner].filter((each) => each !== undefined) };
  });
}
