import { AppError } from '../../errors/index.ts';
import { decodeName } from './file-name.ts';

/** Bytes that a tar archive is counted in. */
export const TAR_BLOCK = 512;

/** The fields of a header block as they are written, numbers read. */
export interface RawHeader {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** One character; NUL in the oldest archives. */
  readonly typeFlag: string;
  readonly linkName: string;
  readonly uname: string;
  readonly gname: string;
  readonly major: number;
  readonly minor: number;
}

const SUM_AT = 148;
const SUM_BYTES = 8;
/** POSIX says `ustar`, NUL and two digits; GNU two spaces and NUL. Both have names of owners, only POSIX a prefix. */
const POSIX_MAGIC = 'ustar\0';
const GNU_MAGIC = 'ustar ';

/**
 * Reads a header block: v7, POSIX ustar or GNU ("Basic Tar Format" of GNU tar's manual).
 * @param what archive it is of
 * @throws AppError `archive/damaged`
 */
export function decodeHeader(block: Uint8Array, what: string): RawHeader {
  if (!hasSum(block)) throw damaged(what, 'the sum of a header is wrong');
  const number = (at: number, length: number): number => decodeNumber(block.subarray(at, at + length), what);
  const magic = latin1(block.subarray(257, 263));
  const isKnown = magic === POSIX_MAGIC || magic === GNU_MAGIC;
  const prefix = magic === POSIX_MAGIC ? field(block, 345, 155) : '';
  const name = field(block, 0, 100);
  const typeFlag = latin1(block.subarray(156, 157));
  const isDevice = isKnown && /[34]/.test(typeFlag);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(100, 8),
    uid: number(108, 8),
    gid: number(116, 8),
    size: number(124, 12),
    mtime: number(136, 12),
    typeFlag,
    linkName: field(block, 157, 100),
    uname: isKnown ? field(block, 265, 32) : '',
    gname: isKnown ? field(block, 297, 32) : '',
    major: isDevice ? number(329, 8) : 0,
    minor: isDevice ? number(337, 8) : 0,
  };
}

/** True for a block of zeros: two of them end an archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** The sum of all bytes, those of its own field as spaces; some old tars added signed bytes. */
function hasSum(block: Uint8Array): boolean {
  let [unsigned, signed] = [0, 0];
  for (const [at, value] of block.entries()) {
    const byte = at >= SUM_AT && at < SUM_AT + SUM_BYTES ? 0x20 : value;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const [, digits] = /^[ \0]*([0-7]+)[ \0]/.exec(latin1(block.subarray(SUM_AT, SUM_AT + SUM_BYTES))) ?? [];
  const written = Number.parseInt(digits ?? '', 8);
  return written === unsigned || written === signed;
}

/** Octal digits, or two's complement after a byte with the topmost bit set (GNU: base-256). */
function decodeNumber(bytes: Uint8Array, what: string): number {
  const [first = 0] = bytes;
  const value = first & 0x80 ? base256(bytes) : octal(latin1(bytes));
  if (!Number.isSafeInteger(value)) throw damaged(what, 'a number in a header makes no sense');
  return value;
}

function octal(text: string): number {
  const [, digits] = /^ *([0-7]*)(?:[ \0]|$)/.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** The topmost bit only says that it is such a number, the next one is its sign. */
function base256(bytes: Uint8Array): number {
  const [first = 0] = bytes;
  let value = first & 0x40 ? (first & 0x7f) - 0x80 : first & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  return value;
}

/** A text of bytes up to the first NUL. */
function field(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function damaged(what: string, detail: string): AppError {
  return new AppError('archive/damaged', { what, detail });
}
