import { bytesOfString, stringOfBytes } from '../bytes/index.ts';
/** Bytes that a tar archive is counted in. */
export const TAR_BLOCK = 512;
/** What ends an archive. */
export const TAR_END_BYTES = 2 * TAR_BLOCK;

const SUM_AT = 148;
const SUM_FIELD = 8;

export interface TarEntry {
  /** ASCII, at most 100 characters. */
  readonly name: string;
  readonly size: number;
}

/**
 * The header of a plain file (POSIX.1-1988 ustar, pax(1) "ustar Interchange Format"): owned by nobody, of no time, so that
 * it says nothing but name and size, and one entry has one header.
 */
export function encodeHeader({ name, size }: TarEntry): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(TAR_BLOCK);
  put(header, 0, name);
  put(header, 100, '0000644\0');
  put(header, 108, '0000000\0');
  put(header, 116, '0000000\0');
  put(header, 124, `${octal(size, 11)}\0`);
  put(header, 136, `${octal(0, 11)}\0`);
  put(header, 156, '0');
  put(header, 257, 'ustar\x0000');
  put(header, 329, '0000000\0');
  put(header, 337, '0000000\0');
  header.fill(0x20, SUM_AT, SUM_AT + SUM_FIELD);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(header, SUM_AT, `${octal(sum, 6)}\0 `);
  return header;
}

/** The entry whose header these bytes are; undefined when they are not one that `encodeHeader` makes. */
export function decodeHeader(header: Uint8Array): TarEntry | undefined {
  const [name = ''] = stringOfBytes(header.subarray(0, 100)).split('\0', 1);
  const size = Number.parseInt(stringOfBytes(header.subarray(124, 135)), 8);
  if (name === '' || !Number.isSafeInteger(size) || size < 0) return undefined;
  const entry = { name, size };
  return encodeHeader(entry).every((byte, i) => byte === header[i]) ? entry : undefined;
}

/** Zeros between an entry's bytes and the next header. */
export function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

function put(header: Uint8Array, at: number, text: string): void {
  header.set(bytesOfString(text), at);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
