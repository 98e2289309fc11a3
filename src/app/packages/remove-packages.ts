import type { RemovalProposal } from '#domain/packages/remove/index.ts';
import type { Machine } from '#ports/portolan.ts';
import type { InstallOptions, InstallProgress, InstallReport } from '#ports/package-installation.ts';
import { GuestDpkg } from './guest-dpkg.ts';
import { inTransaction, type Restorable } from './transaction.ts';

type Removable = Restorable & Pick<Machine, 'exec' | 'services'>;

/** As `Portolan.removePackages`. */
export async function removePackages(
  machine: Removable,
  proposal: RemovalProposal,
  options: InstallOptions = {},
): Promise<InstallReport> {
  const names = proposal.packages.map(({ name }) => name);
  options.onProgress?.({ stage: 'saving', names: [], share: 0 });
  const undo = (): void => options.onProgress?.({ stage: 'undoing', names: [], share: 0 });
  const title = `Before removing ${names.join(', ')}`;
  return inTransaction(machine, title, undo, () => remove(machine, names, proposal, options));
}

async function remove(
  machine: Removable,
  names: readonly string[],
  { purge, services }: RemovalProposal,
  { signal, onProgress }: InstallOptions,
): Promise<InstallReport> {
  const tell = (stage: InstallProgress['stage'], about: readonly string[]): void => {
    signal?.throwIfAborted();
    onProgress?.({ stage, names: about, share: 0 });
  };
  for (const service of services) {
    tell('stopping', [service]);
    await machine.services.remove(service, { signal });
  }
  const dpkg = new GuestDpkg(machine, { signal });
  tell('remove', names);
  // All at once: dpkg itself finds the order.
  await dpkg.run([purge ? '--purge' : '--remove', ...names], 'remove', names);
  tell('checking', []);
  await dpkg.settle([], 'sync');
  return { output: dpkg.output };
}
