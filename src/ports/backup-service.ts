import type { Cancellable } from './cancellation.ts';

/** The service of `workers/backup.ts`. `onProgress` is told how much is done, 0 to 1. */
export interface BackupService {
  /**
   * Sends the file of a machine that nobody has open to `take`, piece after piece; its promise acknowledges each.
   * @throws AppError `backup/not-kept`, `storage/*`
   */
  export(
    machine: string,
    take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
    onProgress: (share: number) => void,
    options?: Cancellable,
  ): Promise<void>;
  /**
   * Makes a machine of a file, after it was verified whole. When it throws, nothing has changed.
   * @returns the machine's id
   * @throws AppError `backup/*`, `storage/*`
   */
  import(file: Blob, onProgress: (share: number) => void, options?: Cancellable): Promise<string>;
  /** Resolves when what was called off, or has failed, has left nothing behind. */
  idle(): Promise<void>;
}
