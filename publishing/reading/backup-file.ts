import { open } from 'node:fs/promises';
import { beginsAsBackup, openBackup, type ByteSource, type OpenBackup } from '#domain/backup/index.ts';
import { sha256 } from '#storage/index.ts';
import { FileError } from '../publish-error.ts';

/** Calls `work` with a file to be read in pieces. @throws FileError */
async function withSource<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path).catch((cause: unknown) => {
    throw new FileError(path, 'it cannot be read', { cause });
  });
  const read = async (at: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, at);
    if (bytesRead === length) return bytes;
    throw new FileError(path, 'it has become shorter while it was read');
  };
  try {
    const { size } = await file.stat();
    return await work({ size, read });
  } finally {
    await file.close();
  }
}

/** True for a machine that Portolan has exported, whole or not. @throws FileError */
export function isBackupFile(path: string): Promise<boolean> {
  return withSource(path, beginsAsBackup);
}

/** Calls `work` with an exported machine. @throws FileError, AppError `backup/*` */
export function withBackupFile<T>(path: string, work: (backup: OpenBackup) => Promise<T>): Promise<T> {
  return withSource(path, async (source) => work(await openBackup(source, sha256)));
}
