/** The files of a catalog, wherever they are. Nothing is verified here. */
export interface Publication {
  /** As the user named it. */
  readonly name: string;
  /** Where one of its files is, for messages. */
  locate(path: string): string;
  /**
   * A whole file; undefined where there is none.
   * @param limit most bytes that it may have
   * @throws FileError, AppError `source/*`
   */
  read(path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * A file in pieces of a few MiB at most, in order.
   * @param size bytes that it has to have
   * @throws FileError, AppError `source/*`, also in the middle
   */
  stream(path: string, size: number): AsyncIterable<Uint8Array>;
}
