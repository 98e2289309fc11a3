import { encodeName, type TarEntryType } from '#domain/packages/archive/index.ts';

/** An entry to be written; what is left out is ordinary. */
export interface WrittenEntry {
  readonly name: string;
  readonly type?: TarEntryType;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly uname?: string;
  readonly gname?: string;
  readonly mtime?: number;
  readonly content?: Uint8Array;
  readonly linkName?: string;
  readonly major?: number;
  readonly minor?: number;
}

export type TarForm = 'ustar' | 'gnu' | 'pax';

const FLAGS: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  'hard-link': '1',
  'symbolic-link': '2',
  'character-device': '3',
  'block-device': '4',
  folder: '5',
  fifo: '6',
};

const NOTHING = new Uint8Array();
export const END = new Uint8Array(1024);

/** A whole archive. */
export function tarOf(entries: readonly WrittenEntry[], form: TarForm = 'gnu'): Uint8Array {
  return Buffer.concat([...entries.map((entry) => tarEntry(entry, form)), END]);
}

export function tarEntry(entry: WrittenEntry, form: TarForm): Uint8Array {
  const { type = 'file', content = NOTHING } = entry;
  return Buffer.concat([...extensions(entry, form), tarHeader(FLAGS[type], entry, form), content, padding(content)]);
}

/** Fields of a header block, by where they begin. */
export type Fields = Readonly<Record<number, string | Uint8Array>>;

/** One header block. */
export function tarHeader(flag: string, entry: WrittenEntry, form: TarForm, fields: Fields = {}): Uint8Array {
  const block = new Uint8Array(512);
  const put = (at: number, value: string | Uint8Array, most: number): void =>
    block.set((typeof value === 'string' ? encodeName(value) : value).subarray(0, most), at);
  put(0, entry.name, 100);
  put(100, number(entry.mode ?? 0o644, 8), 8);
  put(108, number(entry.uid ?? 0, 8), 8);
  put(116, number(entry.gid ?? 0, 8), 8);
  put(124, number(entry.content?.length ?? 0, 12), 12);
  put(136, number(Math.floor(entry.mtime ?? 1_700_000_000), 12), 12);
  put(156, flag, 1);
  put(157, entry.linkName ?? '', 100);
  put(257, form === 'gnu' ? 'ustar  \0' : 'ustar\x0000', 8);
  put(265, entry.uname ?? 'root', 32);
  put(297, entry.gname ?? 'root', 32);
  put(329, number(entry.major ?? 0, 8), 8);
  put(337, number(entry.minor ?? 0, 8), 8);
  for (const [at, value] of Object.entries(fields)) put(Number(at), value, 512);
  return withSum(block);
}

/** The block with its sum. */
export function withSum(block: Uint8Array): Uint8Array {
  const summed = block.slice();
  summed.fill(0x20, 148, 156);
  const sum = summed.reduce((total, byte) => total + byte, 0);
  summed.set(encodeName(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return summed;
}

/** A record of an extended header, its length counting itself. */
export function paxRecord(key: string, value: string): Uint8Array {
  const rest = Buffer.concat([encodeName(` ${key}=${value}\n`)]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([encodeName(String(length)), rest]);
}

/** An entry that extends those after it: `x`, `g`, `L` or `K`. */
export function extension(flag: string, content: Uint8Array, form: TarForm): Uint8Array {
  return Buffer.concat([tarHeader(flag, { name: '././@Extension', content }, form), content, padding(content)]);
}

function extensions(entry: WrittenEntry, form: TarForm): Uint8Array[] {
  const { name, linkName = '', mtime = 0, uid = 0, gid = 0 } = entry;
  const long = (text: string): boolean => encodeName(text).length > 100;
  if (form === 'gnu') {
    const withEnd = (text: string): Uint8Array => Buffer.concat([encodeName(text), Uint8Array.of(0)]);
    return [
      ...(long(linkName) ? [extension('K', withEnd(linkName), form)] : []),
      ...(long(name) ? [extension('L', withEnd(name), form)] : []),
    ];
  }
  if (form === 'ustar') return [];
  const records = [
    ...(long(name) ? [paxRecord('path', name)] : []),
    ...(long(linkName) ? [paxRecord('linkpath', linkName)] : []),
    ...(mtime < 0 || !Number.isInteger(mtime) ? [paxRecord('mtime', String(mtime))] : []),
    ...(uid > 0o7777777 ? [paxRecord('uid', String(uid))] : []),
    ...(gid > 0o7777777 ? [paxRecord('gid', String(gid))] : []),
  ];
  return records.length === 0 ? [] : [extension('x', Buffer.concat(records), form)];
}

/** Octal where it fits, base-256 where not. */
function number(value: number, length: number): Uint8Array {
  const digits = value.toString(8);
  if (value >= 0 && digits.length < length) return encodeName(`${digits.padStart(length - 1, '0')}\0`);
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let at = length - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(BigInt.asUintN(8, rest));
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

function padding(content: Uint8Array): Uint8Array {
  return new Uint8Array((512 - (content.length % 512)) % 512);
}
