import type { DirectFiles, UnpackTexts } from '#domain/packages/direct/index.ts';
import type { DebFacts, MachinePackages, Proposal } from '#domain/packages/install/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Digest, RuntimeConfig } from '#domain/container/index.ts';
import type { Cancellable } from './cancellation.ts';
import type { StartRequest } from './machine-service.ts';

/** A runtime, and where it is to be read from. */
export interface RuntimeRequest extends Pick<StartRequest, 'scope' | 'via' | 'sources'> {
  /** Of its manifest. */
  readonly manifest: Digest;
}

/** A runtime that was read. */
export interface RuntimeFiles {
  readonly config: RuntimeConfig;
  /**
   * Its .deb files, in the order of `config.packages`; each with what setting it up leaves and the list of its files, where the runtime
   * says it.
   */
  readonly debs: readonly Blob[];
  /** The tar of its template, if it has one. */
  readonly template: Blob | undefined;
}

/** A package that is written onto a machine without its dpkg. */
export interface DirectFile {
  readonly file: Blob;
  /** Whether what its scripts would leave is written with it. */
  readonly isConfigured: boolean;
}

/** The service of `workers/packages.ts`: reads packages beside the page, and says how a machine gets them. */
export interface PackageService {
  /**
   * Reads packages whole, so that what is wrong with them is found first; of those that list their files, what they install is
   * not unpacked but by `writeDirectly` or the machine's dpkg.
   * @param files .deb files
   * @throws AppError `archive/*`, `format/invalid`
   */
  read(files: readonly Blob[], options?: Cancellable): Promise<readonly DebFacts[]>;
  /**
   * Plans.
   * @param options `wanted`: names of the packages that are wanted, where the other files are only for what these need
   * @throws AppError `archive/*`, `packages/*`, `format/invalid`
   */
  propose(
    packages: readonly DebFacts[],
    machine: MachinePackages,
    options?: { readonly wanted?: readonly string[] | undefined },
  ): Promise<Proposal | Explanation>;
  /**
   * Reads a runtime whole, verified: from the device, else from servers, and then it is kept.
   * @param onProgress is told how much is read, 0 to 1
   * @throws AppError `container/unavailable`, `source/*`, `chunk/*`, `format/invalid`
   */
  readRuntime(
    request: RuntimeRequest,
    onProgress: (share: number) => void,
    options?: Cancellable,
  ): Promise<RuntimeFiles>;
  /**
   * What writing packages onto a machine without its dpkg means.
   * @param files .deb files, with whether their effects come with them
   * @param most bytes after which no more are taken, at least one is
   * @returns that of the first packages, and how many they are
   * @throws AppError `archive/*`, also where a package lists other files than it has; `format/invalid`
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
