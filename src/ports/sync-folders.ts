import type { SyncFile } from '#domain/overlay/index.ts';

/** Folders of files that are read and written without waiting, one folder for each owner. */
export interface SyncFolders {
  /**
   * Opens files of a folder, making what is missing. Nobody else has a file until it is closed.
   * @throws AppError `storage/locked`, `storage/unavailable`
   */
  open(folder: string, files: readonly string[]): Promise<readonly SyncFile[]>;
  /** The files of a folder; none when it is not there. @throws AppError `storage/unavailable` */
  files(folder: string): Promise<readonly StoredFile[]>;
  /** Nothing happens when it is not there. @throws AppError `storage/locked`, `storage/unavailable` */
  removeFile(folder: string, file: string): Promise<void>;
  /** The names of all folders. @throws AppError `storage/unavailable` */
  list(): Promise<readonly string[]>;
  /** Removes a folder with all its files; nothing when it is not there. @throws AppError `storage/locked`, `storage/unavailable` */
  remove(folder: string): Promise<void>;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}
