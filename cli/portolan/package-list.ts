import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '#domain/errors/index.ts';
import { SetupError } from '../setup/setup-error.ts';

/** Far beyond all of Debian: what claims to be more is no list of packages. */
const MOST_BYTES = 1024 * 1024 * 1024;

interface Packing {
  /** The first bytes of a file, in hex. */
  readonly magic: string;
  readonly unpack: (packed: Uint8Array, path: string) => Promise<Uint8Array>;
}

const PACKINGS: readonly Packing[] = [
  { magic: '1f8b', unpack: unpackGzip },
  { magic: 'fd377a585a00', unpack: unpackXz },
];

/**
 * Reads a file of packages, plain or compressed, whatever its name.
 * @throws AppError format/invalid for one whose compression is damaged
 */
export async function readPackageList(path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(path));
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const packing = PACKINGS.find(({ magic }) => start.startsWith(magic));
  return packing ? packing.unpack(bytes, path) : bytes;
}

async function unpackGzip(packed: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES }));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('format/invalid', { what: path, detail }, { cause });
  }
}

function unpackXz(_packed: Uint8Array, path: string): Promise<Uint8Array> {
  throw new SetupError(`${path} is compressed with xz: unpack it first, with xz -d.`);
}
