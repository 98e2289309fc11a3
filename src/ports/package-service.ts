import type { DirectFiles, UnpackTexts } from '#domain/packages/direct/index.ts';
import type { MachinePackages, Proposal } from '#domain/packages/install/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Cancellable } from './cancellation.ts';

/** A package that is written onto a machine without its dpkg. */
export interface DirectFile {
  readonly file: Blob;
  /** Whether what its scripts would leave is written with it. */
  readonly isConfigured: boolean;
}

/** The service of `workers/packages.ts`: reads packages beside the page, and says how a machine gets them. */
export interface PackageService {
  /**
   * Reads packages whole, and plans.
   * @param files .deb files
   * @throws AppError `archive/*`, `packages/*`, `format/invalid`
   */
  propose(files: readonly Blob[], machine: MachinePackages, options?: Cancellable): Promise<Proposal | Explanation>;
  /**
   * What writing packages onto a machine without its dpkg means.
   * @param files .deb files, with whether their effects come with them
   * @param most bytes after which no more are taken, at least one is
   * @returns that of the first packages, and how many they are
   * @throws AppError `archive/*`
   */
  writeDirectly(
    files: readonly DirectFile[],
    unpacking: UnpackTexts,
    most: number,
    options?: Cancellable,
  ): Promise<DirectFiles & { readonly taken: number }>;
  /** The same package without compression: unpacking is slow in an emulated machine. @throws AppError `archive/*` */
  store(file: Blob, options?: Cancellable): Promise<Uint8Array<ArrayBuffer>>;
}
