import { createHash } from 'node:crypto';
import { blobPath, digestFromBytes, type Descriptor } from '#domain/container/index.ts';
import { FileError } from '../publish-error.ts';
import type { Publication } from './publication.ts';

/** Most bytes of a blob that is read whole: what the app reads whole, too. */
const MAX_WHOLE_BLOB_BYTES = 64 * 1024 * 1024;

/** A blob's bytes as they come; the last piece comes only when the digest is right. @throws FileError, AppError `source/*` */
export async function* streamBlob(publication: Publication, blob: Descriptor): AsyncGenerator<Uint8Array> {
  const path = blobPath(blob.digest);
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const piece of publication.stream(path, blob.size)) {
    hash.update(piece);
    if (held) yield held;
    held = piece;
  }
  const found = digestFromBytes(hash.digest());
  if (found !== blob.digest) throw new FileError(publication.locate(path), `its digest is ${found}`);
  if (held) yield held;
}

/** A whole blob, verified. @throws FileError, AppError `source/*` */
export async function readBlob(publication: Publication, blob: Descriptor): Promise<Uint8Array<ArrayBuffer>> {
  if (blob.size > MAX_WHOLE_BLOB_BYTES) {
    const detail = `${blob.size} bytes are too many for a ${blob.mediaType}`;
    throw new FileError(publication.locate(blobPath(blob.digest)), detail);
  }
  const bytes = new Uint8Array(blob.size);
  let at = 0;
  for await (const piece of streamBlob(publication, blob)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A whole blob as UTF-8. @throws as `readBlob` */
export async function readBlobText(publication: Publication, blob: Descriptor): Promise<string> {
  return new TextDecoder().decode(await readBlob(publication, blob));
}
