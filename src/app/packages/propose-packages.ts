import { AppError } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { MachinePackages, Proposal } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine, ProposeOptions } from '#ports/portolan.ts';
import { startPackageWorker, withWorker } from '../workers.ts';

/** Writes each path with the name of its list before it. */
const LISTS = 'cd /var/lib/dpkg/info && grep -H ^/ -- *.list';

/** As `Portolan.proposePackages`. */
export async function proposePackages(
  machine: Pick<Machine, 'exec'>,
  files: readonly Blob[],
  options: ProposeOptions = {},
): Promise<Proposal | Explanation> {
  const packages = await packagesOf(machine, options);
  return withWorker(startPackageWorker, (service) => service.propose(files, packages, options));
}

/** dpkg's status. @throws AppError `packages/no-dpkg`, `machine/*` */
export function readStatus(machine: Pick<Machine, 'exec'>, options: Cancellable): Promise<string> {
  return output(machine, ['cat', '/var/lib/dpkg/status'], options);
}

async function packagesOf(machine: Pick<Machine, 'exec'>, options: Cancellable): Promise<MachinePackages> {
  const status = await readStatus(machine, options);
  const lists = await output(machine, ['sh', '-c', LISTS], options);
  return { status: new TextEncoder().encode(status), lists };
}

async function output(machine: Pick<Machine, 'exec'>, argv: readonly string[], options: Cancellable): Promise<string> {
  const { status, stdout, stderr } = await machine.exec(argv, options);
  if (status === 0) return stdout;
  throw new AppError('packages/no-dpkg', { detail: stderr.trim() || `${argv[0]} ended with status ${status}` });
}
