import { AppError } from '#domain/errors/index.ts';
import { FileError } from '../publish-error.ts';

/** Something wrong with a file of a publication. */
export interface Problem {
  /** Below the catalog's folder. */
  readonly path: string;
  readonly detail: string;
}

/** What a verification has found so far. */
export class Findings {
  readonly problems: Problem[] = [];
  containers = 0;
  runtimes = 0;
  blobs = 0;
  /** Chunks that were decompressed and hashed, or are zeros as they should be. */
  chunks = 0;
  /** Bytes of blobs that were read. */
  bytes = 0;

  add(path: string, detail: string): void {
    this.problems.push({ path, detail });
  }

  /** What `work` gives; undefined when a file is not as it should be, which is then among the problems. */
  async attempt<T>(path: string, work: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add(path, detailOf(error));
      return undefined;
    }
  }
}

/** @throws what is no finding about a file */
function detailOf(error: unknown): string {
  if (error instanceof FileError) return error.detail;
  if (!(error instanceof AppError)) throw error;
  // Its path is said already.
  return error.code === 'format/invalid' ? String(error.data['detail']) : error.message;
}
