import { concatBytes } from '../../bytes/index.ts';
import { readAr } from './ar.ts';
import { expectMagic, formatOf } from './compression.ts';
import type { DebOptions } from './deb.ts';
import { ARCHIVE_LIMITS, Meter } from './limits.ts';

/** How an ar archive begins, and what fills its members up to an even length: ar(5). */
const [MAGIC, FILLER] = ['!<arch>\n', '\n'];
const PART = /^(?<name>(?:control|data)\.tar)/;

/**
 * The same package with its parts not compressed, so that whoever unpacks it only copies. What is wrong with the package is found
 * by `readDeb`, which comes first.
 * @throws AppError `archive/*`
 */
export async function storeDeb(
  source: AsyncIterable<Uint8Array>,
  { decompress, limits = ARCHIVE_LIMITS, signal }: DebOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const meter = new Meter(limits);
  const pieces = [ascii(MAGIC)];
  for await (const { name, body } of readAr(source, { signal })) {
    const part = PART.exec(name)?.groups?.['name'];
    const format = part === undefined ? undefined : formatOf(name);
    const packed = meter.packed(format ? expectMagic(format, name, body) : body);
    const content = format ? decompress({ format, what: name, limit: meter.left }, packed) : packed;
    const bytes = concatBytes(await all(meter.content(content)));
    pieces.push(head(part ?? name, bytes.length), bytes, ascii(bytes.length % 2 === 1 ? FILLER : ''));
  }
  return concatBytes(pieces);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return pieces;
}

/** Name, time, user, group, mode, size, and the end of the head. */
function head(name: string, size: number): Uint8Array<ArrayBuffer> {
  const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return ascii(`${fields.join('')}${String(size).padEnd(10)}\`\n`);
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
