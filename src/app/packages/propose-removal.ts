import { AppError } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import {
  proposeRemoval as propose,
  userPackages as listUserPackages,
  type RemovalProposal,
  type ServiceNeeds,
  type UserPackage,
} from '#domain/packages/remove/index.ts';
import type { Service } from '#domain/services/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { RemovalOptions } from '#ports/package-removal.ts';
import type { Machine } from '#ports/portolan.ts';

type Guest = Pick<Machine, 'exec' | 'services'>;

/** Prints three parts with NUL between them; the last one is the services' folders that packages have brought. */
const STATE = `cat /var/lib/dpkg/status && printf '\\0' || exit
cat /var/lib/apt/extended_states 2> /dev/null; printf '\\0'
cd /var/lib/dpkg/info && grep -H '^/etc/sv/[^/]*$' -- *.list || true`;

interface PackageState {
  readonly status: Uint8Array;
  readonly extendedStates: string;
  /** Lines such as `nginx.list:/etc/sv/nginx`. */
  readonly folders: string;
}

/** As `Portolan.userPackages`. @param container names of the packages that the machine came with */
export async function userPackages(
  machine: Pick<Machine, 'exec'>,
  container: ReadonlySet<string>,
  options: Cancellable = {},
): Promise<readonly UserPackage[]> {
  return listUserPackages({ ...(await stateOf(machine, options)), container });
}

/** As `Portolan.proposeRemoval`. @param container as for `userPackages` */
export async function proposeRemoval(
  machine: Guest,
  names: readonly string[],
  container: ReadonlySet<string>,
  { purge = false, ...options }: RemovalOptions = {},
): Promise<RemovalProposal | Explanation> {
  const { folders, ...state } = await stateOf(machine, options);
  const services = needsOf(await servicesOf(machine, options), folders);
  return propose({ ...state, container, services, names, purge });
}

async function stateOf(machine: Pick<Machine, 'exec'>, options: Cancellable): Promise<PackageState> {
  const { status, stdout, stderr } = await machine.exec(['sh', '-c', STATE], options);
  const [dpkg = '', extendedStates = '', folders = ''] = stdout.split('\0');
  if (status === 0) return { status: new TextEncoder().encode(dpkg), extendedStates, folders };
  throw new AppError('packages/no-dpkg', { detail: stderr.trim() || `its shell ended with status ${status}` });
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

/** What a service says that it needs, and who has brought its folder. */
function needsOf(services: readonly Service[], folders: string): ServiceNeeds[] {
  const owners = folders.split('\n').flatMap((line) => {
    const [, owner = '', service = ''] = /^([^:]+)(?::[^:]+)?\.list:\/etc\/sv\/(.+)$/.exec(line) ?? [];
    return owner === '' ? [] : [{ owner, service }];
  });
  return services.map(({ name, package: needed }) => ({
    name,
    packages: [
      ...(needed === undefined ? [] : [needed]),
      ...owners.filter(({ service }) => service === name).map(({ owner }) => owner),
    ],
  }));
}
