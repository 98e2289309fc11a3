import { AppError } from '#domain/errors/index.ts';
import { hasRoom, type Proposal } from '#domain/packages/install/index.ts';
import type { InstallOptions, InstallReport } from '#ports/package-installation.ts';
import { startPackageWorker, withWorker } from '../workers.ts';
import { Installation, type Installable } from './installation.ts';
import { inTransaction, type Restorable } from './transaction.ts';

/** `finish` is part of the installation: when it fails, the machine is as it was. */
type Options = InstallOptions & { readonly finish?: (() => Promise<void>) | undefined };

/** As `Portolan.installPackages`. */
export async function installPackages(
  machine: Installable & Restorable,
  files: readonly Blob[],
  proposal: Proposal,
  options: Options = {},
): Promise<InstallReport> {
  expectPossible(proposal);
  options.onProgress?.({ stage: 'saving', names: [], share: 0 });
  const names = proposal.plan.packages.map(({ name }) => name);
  const title = names.length > 0 ? `Before installing ${names.join(', ')}` : 'Before adding what a runtime brings';
  const undo = (): void => options.onProgress?.({ stage: 'undoing', names: [], share: 0 });
  return withWorker(startPackageWorker, async (service) => {
    const installation = new Installation(machine, service, files, proposal, options);
    const output = await inTransaction(machine, title, undo, async () => {
      const said = await installation.run();
      await options.finish?.();
      return said;
    });
    return { output };
  });
}

function expectPossible(proposal: Proposal): void {
  const { room } = proposal;
  const [conflict] = proposal.conflicts;
  if (conflict) {
    const { package: name, path, owner } = conflict;
    throw new AppError('packages/conflict', { name, path, owner });
  }
  if (!hasRoom(proposal)) throw new AppError('packages/disk-full', { needed: room.needed, free: room.free });
}
