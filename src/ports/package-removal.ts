import type { Explanation } from '#domain/packages/index.ts';
import type { RemovalProposal, UserPackage } from '#domain/packages/remove/index.ts';
import type { Cancellable } from './cancellation.ts';
import type { InstallOptions, InstallReport, Machine } from './portolan.ts';

export interface RemovalOptions extends Cancellable {
  /** Removes their configuration and data, too. Default false. */
  readonly purge?: boolean;
}

/** Taking packages away from machines. */
export interface PackageRemoval {
  /** Packages that the user has installed on a running machine, without what came along for them. @throws AppError `packages/*`, `machine/*` */
  userPackages(machine: Machine, options?: Cancellable): Promise<readonly UserPackage[]>;
  /**
   * Says what goes when packages are removed from a running machine: those that need them, those that only they needed, and
   * services; or why that cannot be. Nothing is changed.
   * @param names as dpkg calls them
   * @throws AppError `packages/*`, `machine/*`
   */
  proposeRemoval(
    machine: Machine,
    names: readonly string[],
    options?: RemovalOptions,
  ): Promise<RemovalProposal | Explanation>;
  /**
   * Ends services and removes packages with the machine's own dpkg. When it fails or is called off, the machine is as it was, as with
   * `installPackages`.
   * @throws AppError `packages/*`, `services/*`, `machine/*`, `storage/*`
   */
  removePackages(machine: Machine, proposal: RemovalProposal, options?: InstallOptions): Promise<InstallReport>;
}
