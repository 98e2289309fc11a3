import type { SyncFile } from '#domain/overlay/index.ts';

/** Folders of files that are read and written without waiting, one folder for each owner. */
export interface SyncFolders {
  /**
   * Opens files of a folder, making what is missing. Nobody else has them until all are closed.
   * @throws AppError `storage/locked`, `storage/unavailable`
   */
  open(folder: string, files: readonly string[]): Promise<readonly SyncFile[]>;
  /** @throws AppError `storage/unavailable` */
  list(): Promise<readonly StoredFolder[]>;
  /** Removes a folder with all its files; nothing when it is not there. @throws AppError `storage/locked`, `storage/unavailable` */
  remove(folder: string): Promise<void>;
}

export interface StoredFolder {
  readonly name: string;
  /** Bytes of its files. */
  readonly bytes: number;
}
