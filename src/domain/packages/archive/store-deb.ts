import { concatBytes } from '../../bytes/index.ts';
import { readAr, writeAr } from './ar.ts';
import { expectMagic, formatOf } from './compression.ts';
import type { DebOptions } from './deb.ts';
import { ARCHIVE_LIMITS, Meter } from './limits.ts';

/** Names of the parts that may be packed, without what says how. */
const PART = /^(?:control|data)\.tar/;

/** What others have put into a package goes by such a name, and dpkg passes over it (deb(5)). */
const EXTRA = '_';

/**
 * The same package with its parts not compressed, so that whoever unpacks it only copies; without what dpkg passes over. What is wrong
 * with the package is found by `readDeb`, which comes first.
 * @throws AppError `archive/*`
 */
export async function storeDeb(
  source: AsyncIterable<Uint8Array>,
  { decompress, limits = ARCHIVE_LIMITS, signal }: DebOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const meter = new Meter(limits);
  const files: { name: string; bytes: Uint8Array }[] = [];
  for await (const { name, body } of readAr(source, { signal })) {
    if (name.startsWith(EXTRA)) continue;
    const [part] = PART.exec(name) ?? [];
    const format = part === undefined ? undefined : formatOf(name);
    const packed = meter.packed(format ? expectMagic(format, name, body) : body);
    const content = format ? decompress({ format, what: name, limit: meter.left }, packed) : packed;
    files.push({ name: part ?? name, bytes: await whole(meter.content(content)) });
  }
  return writeAr(files);
}

async function whole(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return concatBytes(pieces);
}
