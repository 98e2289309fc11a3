import { bytesOfString, concatBytes } from '../../bytes/index.ts';
import { encodeName } from './file-name.ts';
import type { TarEntryType, TarHeader } from './tar-entry.ts';
import { TAR_BLOCK } from './tar-header.ts';

const FLAGS: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  'hard-link': '1',
  'symbolic-link': '2',
  'character-device': '3',
  'block-device': '4',
  folder: '5',
  fifo: '6',
};
/** Bytes that a header has for a name; longer ones come before it (GNU tar's manual, "Basic Tar Format": L and K). */
const MOST_NAME_BYTES = 100;
const LONG_NAME = 'L';
const LONG_LINK = 'K';
const SUM_AT = 148;
const SUM_BYTES = 8;

/** What ends an archive. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK);

/** What comes before the body of an entry: GNU's form, as dpkg-deb writes it. Parts of seconds are lost. */
export function tarHead(header: TarHeader): Uint8Array[] {
  const [name, link] = [encodeName(header.name), encodeName(header.linkName)];
  return [
    ...(link.length > MOST_NAME_BYTES ? longText(LONG_LINK, link) : []),
    ...(name.length > MOST_NAME_BYTES ? longText(LONG_NAME, name) : []),
    block(FLAGS[header.type], header, name, link),
  ];
}

/** What comes after a body of so many bytes. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

/** A header of nothing but a file or folder of root's. */
export function plainHeader(name: string, fields: Partial<TarHeader> = {}): TarHeader {
  return {
    name,
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    uname: 'root',
    gname: 'root',
    mtime: 0,
    size: 0,
    linkName: '',
    major: 0,
    minor: 0,
    ...fields,
  };
}

function longText(flag: string, text: Uint8Array): Uint8Array[] {
  const size = text.length + 1;
  const name = bytesOfString('././@LongLink');
  return [block(flag, plainHeader('', { size }), name, new Uint8Array()), text, new Uint8Array(1), tarPadding(size)];
}

function block(flag: string, header: TarHeader, name: Uint8Array, link: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TAR_BLOCK);
  const put = (at: number, value: Uint8Array, most: number): void => bytes.set(value.subarray(0, most), at);
  put(0, name, MOST_NAME_BYTES);
  put(100, number(header.mode, 8), 8);
  put(108, number(header.uid, 8), 8);
  put(116, number(header.gid, 8), 8);
  put(124, number(header.size, 12), 12);
  put(136, number(Math.floor(header.mtime), 12), 12);
  put(SUM_AT, bytesOfString(' '.repeat(SUM_BYTES)), SUM_BYTES);
  put(156, bytesOfString(flag), 1);
  put(157, link, MOST_NAME_BYTES);
  put(257, bytesOfString('ustar  \0'), 8);
  put(265, encodeName(header.uname), 31);
  put(297, encodeName(header.gname), 31);
  put(329, number(header.major, 8), 8);
  put(337, number(header.minor, 8), 8);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(SUM_AT, bytesOfString(`${sum.toString(8).padStart(6, '0')}\0 `), SUM_BYTES);
  return bytes;
}

/** Octal digits where they fit; else two's complement after a byte with the topmost bit set. */
function number(value: number, length: number): Uint8Array {
  const digits = value.toString(8);
  if (value >= 0 && digits.length < length) return bytesOfString(`${digits.padStart(length - 1, '0')}\0`);
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let at = length - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(BigInt.asUintN(8, rest));
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

/** An archive that ends with nothing but `TAR_END`, with one more file of root's. */
export function appendToTar(archive: Uint8Array, name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const entries = archive.subarray(0, archive.length - TAR_END.length);
  const head = tarHead(plainHeader(name, { size: content.length }));
  return concatBytes([entries, ...head, content, tarPadding(content.length), TAR_END]);
}
