import { AppError } from '../../errors/index.ts';
import { ByteReader } from './byte-reader.ts';

/** How a stream may be packed. */
export type PackedFormat = 'gzip' | 'xz' | 'zstd';

/** What is to be known of a packed stream. */
export interface PackedStream {
  readonly format: PackedFormat;
  /** Its name, for errors. */
  readonly what: string;
  /** Most bytes that it may unpack to: for what has to make room before it looks. */
  readonly limit: number;
}

/**
 * Unpacks a stream as it is read, and checks what the format has checks for. Errors of the packed bytes come through as they are.
 * @throws AppError `archive/damaged`, `archive/too-large`, `archive/unsupported`, while it is read
 */
export type Decompress = (stream: PackedStream, packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** How each begins: RFC 1952, 2.3.1; the .xz file format, 2.1.1.1; RFC 8878, 3.1.1. */
const MAGIC: Readonly<Record<PackedFormat, readonly number[]>> = {
  gzip: [0x1f, 0x8b, 8],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

const EXTENSIONS: Readonly<Record<string, PackedFormat>> = { gz: 'gzip', xz: 'xz', zst: 'zstd' };

/**
 * The format that the last extension of a name stands for; undefined for a bare .tar.
 * @throws AppError `archive/unsupported` for one that is not read: bzip2 and lzma are no longer in use
 */
export function formatOf(name: string): PackedFormat | undefined {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (extension === 'tar') return undefined;
  const format = EXTENSIONS[extension];
  if (!format) throw new AppError('archive/unsupported', { what: name, detail: `its compression is “${extension}”` });
  return format;
}

/** Passes packed bytes on when they begin as their name says. @throws AppError `archive/damaged` */
export async function* expectMagic(
  format: PackedFormat,
  what: string,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const reader = new ByteReader(packed);
  try {
    const magic = MAGIC[format];
    const start = await reader.peek(magic.length);
    if (!magic.every((byte, at) => byte === start[at]))
      throw new AppError('archive/damaged', { what, detail: `it is not ${format}` });
    yield* reader.rest();
  } finally {
    await reader.close();
  }
}
