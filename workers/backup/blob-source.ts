import type { ByteSource } from '#domain/backup/index.ts';
import { AppError } from '#domain/errors/index.ts';

/** Reads a file of the user's. @param onRead hears up to where it was read */
export function blobSource(file: Blob, onRead: (end: number) => void): ByteSource {
  const read = async (at: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await bytesOf(file.slice(at, at + length));
    onRead(at + length);
    return bytes;
  };
  return { size: file.size, read };
}

/** A file may be moved, changed or taken away while it is read. */
async function bytesOf(part: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('backup/unreadable', { detail }, { cause });
  }
}
