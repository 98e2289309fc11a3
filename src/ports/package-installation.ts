import type { Digest } from '#domain/container/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';
import type { ServiceDefinition } from '#domain/services/index.ts';
import type { Cancellable } from './cancellation.ts';
import type { RuntimeFiles } from './package-service.ts';
import type { Machine } from './portolan.ts';

/** Putting packages onto machines. */
export interface PackageInstallation {
  /**
   * Says how a running machine gets packages, or why it cannot. Nothing is changed.
   * @param files .deb files: those that are wanted, and what they need beyond what the machine has
   * @throws AppError `archive/*`, `packages/*`, `machine/*`, `format/invalid`
   */
  proposePackages(machine: Machine, files: readonly Blob[], options?: ProposeOptions): Promise<Proposal | Explanation>;
  /**
   * What a running machine has and what it wants, as a file that `portolan bundle` answers where there is a network.
   * @param wanted packages, as NAME or NAME=VERSION
   * @throws AppError `packages/no-dpkg`, `machine/*`
   */
  requestPackages(machine: Machine, wanted: readonly string[], options?: Cancellable): Promise<Blob>;
  /**
   * Reads a runtime whole, verified: from the device, else from servers, and then it stays here until room is needed.
   * @throws AppError `container/unavailable`, `source/*`, `chunk/digest-mismatch`, `format/invalid`
   */
  readRuntime(manifest: Digest, options?: RuntimeOptions): Promise<RuntimeFiles>;
  /**
   * Installs packages as the machine's own dpkg does, and by it where there is more to do than writing files. When it fails, is called off, or a script hangs, the machine is as it was
   * before; after a crash, as soon as it is started again.
   * @param files as they were given for the proposal
   * @throws AppError `packages/*`, `archive/*`, `machine/*`, `storage/*`, `format/invalid`
   */
  installPackages(
    machine: Machine,
    files: readonly Blob[],
    proposal: Proposal,
    options?: InstallOptions,
  ): Promise<InstallReport>;
}

export interface InstallProgress {
  readonly stage: 'saving' | 'preparing' | 'stopping' | 'unpack' | 'configure' | 'remove' | 'checking' | 'undoing';
  /** Packages that it is about. */
  readonly names: readonly string[];
  /** Of this stage and those like it, 0 to 1. */
  readonly share: number;
}

export interface ProposeOptions extends Cancellable {
  /** Names of the packages that are wanted; the other files are for what these need. All of them by default. */
  readonly wanted?: readonly string[] | undefined;
}

export interface RuntimeOptions extends Cancellable {
  /** Called with how much is read, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface InstallOptions extends Cancellable {
  /** The runtime that the files are of: its template and its services come onto the machine, too. */
  readonly runtime?: RuntimeFiles | undefined;
  /**
   * Its services as the user wants them, perhaps at other ports (`withPort`); those of the same names are replaced. All of them as
   * they are by default: see `MachineServices.conflicts`.
   */
  readonly services?: readonly ServiceDefinition[] | undefined;
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
}

export interface InstallReport {
  /** What dpkg and the packages' scripts have said. */
  readonly output: string;
}
