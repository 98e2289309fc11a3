import type { MachinePackages, Proposal } from '#domain/packages/install/index.ts';
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
  /** Its .deb files, in the order of `config.packages`. */
  readonly debs: readonly Blob[];
  /** The tar of its template, if it has one. */
  readonly template: Blob | undefined;
}

/** The service of `workers/packages.ts`: reads packages beside the page, and says how a machine gets them. */
export interface PackageService {
  /**
   * Reads packages whole, and plans.
   * @param files .deb files
   * @param options `wanted`: names of the packages that are wanted, where the other files are only for what these need
   * @throws AppError `archive/*`, `packages/*`, `format/invalid`
   */
  propose(
    files: readonly Blob[],
    machine: MachinePackages,
    options?: Cancellable & { readonly wanted?: readonly string[] | undefined },
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
  /** The same package without compression: unpacking is slow in an emulated machine. @throws AppError `archive/*` */
  store(file: Blob, options?: Cancellable): Promise<Uint8Array<ArrayBuffer>>;
}
