import type { MachinePackages, Proposal } from '#domain/packages/install/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Cancellable } from './cancellation.ts';

/** The service of `workers/packages.ts`: reads packages beside the page, and says how a machine gets them. */
export interface PackageService {
  /**
   * Reads packages whole, and plans.
   * @param files .deb files
   * @throws AppError `archive/*`, `packages/*`, `format/invalid`
   */
  propose(files: readonly Blob[], machine: MachinePackages, options?: Cancellable): Promise<Proposal | Explanation>;
  /** The same package without compression: unpacking is slow in an emulated machine. @throws AppError `archive/*` */
  store(file: Blob, options?: Cancellable): Promise<Uint8Array<ArrayBuffer>>;
}
