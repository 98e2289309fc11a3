import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';

/** A file of the origin private file system, opened for this thread alone. */
export class OpfsFile implements SyncFile {
  readonly #handle: FileSystemSyncAccessHandle;

  constructor(handle: FileSystemSyncAccessHandle) {
    this.#handle = handle;
  }

  get size(): number {
    return this.#handle.getSize();
  }

  read(at: number, into: Uint8Array): number {
    return coded(() => this.#handle.read(into, { at }));
  }

  write(at: number, bytes: Uint8Array): void {
    const written = coded(() => this.#handle.write(bytes, { at }));
    // A browser may write what fits and say how much that was.
    if (written < bytes.length) throw full();
  }

  flush(): void {
    coded(() => this.#handle.flush());
  }

  truncate(size: number): void {
    coded(() => this.#handle.truncate(size));
  }

  close(): void {
    this.#handle.close();
  }
}

/** Runs `work` and gives the browser's errors codes. */
function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error);
  }
}

/** The code of an error of the browser's file system. */
export function fileError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') return full(error);
  if (name === 'NoModificationAllowedError') return new AppError('storage/locked', {}, { cause: error });
  const detail = error instanceof Error ? `${name}: ${error.message}` : String(error);
  return new AppError('storage/unavailable', { detail }, { cause: error });
}

function full(cause?: unknown): AppError {
  return new AppError('storage/full', { what: 'what the machine writes to its disk' }, { cause });
}
