import { AppError } from '../../errors/index.ts';
import { decodeName } from './file-name.ts';
import type { RawHeader } from './tar-header.ts';

/** Records of extended headers: what is in them goes before the header's fields. */
export type PaxRecords = ReadonlyMap<string, string>;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;
/** Digits of a record's length: more than any that is read has. */
const MAX_DIGITS = 8;

/**
 * Adds the records of an extended header (pax(1), "pax Extended Header": `LENGTH KEY=VALUE\n`) to those before. One
 * without a value takes back what was said before.
 * @throws AppError `archive/damaged`
 */
export function addRecords(before: PaxRecords, bytes: Uint8Array, what: string): PaxRecords {
  const records = new Map(before);
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(SPACE, at);
    const length = recordLength(bytes.subarray(at, space));
    const record = bytes.subarray(space + 1, at + length);
    const equals = record.indexOf(EQUALS);
    const isWhole = length > space - at && at + length <= bytes.length && record.at(-1) === NEWLINE;
    if (!isWhole || equals < 1) throw damaged(what, 'an extended header makes no sense');
    const [key, value] = [decodeName(record.subarray(0, equals)), decodeName(record.subarray(equals + 1, -1))];
    if (value === '') records.delete(key);
    else records.set(key, value);
    at += length;
  }
  return records;
}

/** @returns NaN for what is no number */
function recordLength(digits: Uint8Array): number {
  const text = digits.length > MAX_DIGITS ? '' : String.fromCharCode(...digits);
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A header with what extended headers say instead. @throws AppError `archive/damaged`, `archive/unsupported` */
export function applyRecords(header: RawHeader, records: PaxRecords, what: string): RawHeader {
  if (records.size === 0) return header;
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) throw sparse(what);
  const whole = (key: string, otherwise: number): number => numberOf(records.get(key), otherwise, /^\d+$/, what);
  return {
    ...header,
    name: records.get('path') ?? header.name,
    linkName: records.get('linkpath') ?? header.linkName,
    size: whole('size', header.size),
    uid: whole('uid', header.uid),
    gid: whole('gid', header.gid),
    uname: records.get('uname') ?? header.uname,
    gname: records.get('gname') ?? header.gname,
    mtime: numberOf(records.get('mtime'), header.mtime, /^-?\d+(?:\.\d*)?$/, what),
  };
}

/** A file of which only some places are in the archive. Packages have none. */
export function sparse(what: string): AppError {
  return new AppError('archive/unsupported', { what, detail: 'it has a file with holes (sparse)' });
}

function numberOf(text: string | undefined, otherwise: number, form: RegExp, what: string): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (form.test(text) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw damaged(what, 'a number in an extended header makes no sense');
}

function damaged(what: string, detail: string): AppError {
  return new AppError('archive/damaged', { what, detail });
}
