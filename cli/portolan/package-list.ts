import { createReadStream } from 'node:fs';
import { concatBytes } from '#domain/bytes/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { PackedFormat } from '#domain/packages/archive/index.ts';
import { unpack } from '#storage/index.ts';

/** Far beyond all of Debian: what unpacks to more is no list of packages. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** First bytes of a packed file, in hex. */
const MAGIC: readonly (readonly [magic: string, format: PackedFormat])[] = [
  ['1f8b08', 'gzip'],
  ['fd377a585a00', 'xz'],
  ['28b52ffd', 'zstd'],
];
const MAGIC_BYTES = 6;

/**
 * Reads a file of packages, plain or compressed, whatever its name.
 * @throws AppError archive/damaged, archive/truncated; format/invalid for one that is far too large
 */
export async function readPackageList(path: string): Promise<Uint8Array> {
  const format = await formatOf(path);
  const file: AsyncIterable<Uint8Array> = createReadStream(path);
  const content = format ? unpack({ format, what: path, limit: MOST_BYTES }, file) : file;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new AppError('format/invalid', { what: path, detail: 'it has more than 1 GiB' });
    pieces.push(piece);
  }
  return concatBytes(pieces);
}

async function formatOf(path: string): Promise<PackedFormat | undefined> {
  const start: AsyncIterable<Buffer> = createReadStream(path, { end: MAGIC_BYTES - 1 });
  let hex = '';
  for await (const piece of start) hex += piece.toString('hex');
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1];
}
