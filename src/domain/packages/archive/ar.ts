import { bytesOfString, concatBytes } from '../../bytes/index.ts';
import { AppError } from '../../errors/index.ts';
import { ByteReader, Section } from './byte-reader.ts';
import { partOf, type RandomAccess } from './random-access.ts';

/** How every ar archive begins, and the form of the head before each member: ar(5). */
const MAGIC = '!<arch>\n';
const HEAD_BYTES = 60;
const HEAD_END = '`\n';

/** What fills a member up to an even length. */
const FILLER = '\n';

/** An archive of these files, whose names have at most 16 characters. */
export function writeAr(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  const members = files.flatMap(({ name, bytes }) => [arHead(name, bytes.length), bytes, arFiller(bytes.length)]);
  return concatBytes([bytesOfString(MAGIC), ...members]);
}

/** What comes after a member of so many bytes, or an archive that ends without it. */
export function arFiller(size: number): Uint8Array<ArrayBuffer> {
  return bytesOfString(size % 2 === 1 ? FILLER : '');
}

/** What comes before a member: name, time, user, group, mode, size, and the end of the head. */
export function arHead(name: string, size: number): Uint8Array<ArrayBuffer> {
  const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return bytesOfString(`${fields.join('')}${String(size).padEnd(10)}${HEAD_END}`);
}

/** A file in an ar archive. */
export interface ArMember {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** To be read before the next member is; what is left of it is passed over. */
  readonly body: Section;
}

export interface ArOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The members of an ar archive, one after the other, with names of up to 16 characters, as packages have them.
 * @throws AppError `archive/foreign`, `archive/damaged`, `archive/truncated`
 */
export async function* readAr(
  source: AsyncIterable<Uint8Array>,
  { signal }: ArOptions = {},
): AsyncGenerator<ArMember, void> {
  const reader = new ByteReader(source, signal);
  try {
    await expectMagic(reader);
    for (;;) {
      const head = await reader.take(HEAD_BYTES);
      if (head.length === 0) return;
      const { name, size } = decodeHead(head);
      const body = new Section(reader, size, 'The package');
      yield { name, size, body };
      await body.pass();
      // Members begin at even places. The last one's padding is nobody's loss.
      if (size % 2 === 1) await reader.take(1);
    }
  } finally {
    await reader.close();
  }
}

/**
 * As `readAr`, where only the heads of members are read, and of their bodies what is asked for.
 * @throws AppError `archive/foreign`, `archive/damaged`, `archive/truncated`
 */
export async function* skimAr(file: RandomAccess, { signal }: ArOptions = {}): AsyncGenerator<ArMember, void> {
  const readerOf = (start: number, length: number): ByteReader =>
    new ByteReader(partOf(file, start, Math.min(start + length, file.size)), signal);
  await expectMagic(readerOf(0, MAGIC.length));
  for (let at = MAGIC.length; at < file.size;) {
    const { name, size } = decodeHead(await readerOf(at, HEAD_BYTES).take(HEAD_BYTES));
    const start = at + HEAD_BYTES;
    const body = new Section(readerOf(start, size), size, 'The package');
    // Says what is missing.
    if (start + size > file.size) await body.pass();
    yield { name, size, body };
    at = start + size + (size % 2);
  }
}

async function expectMagic(reader: ByteReader): Promise<void> {
  const start = text(await reader.take(MAGIC.length));
  if (start === MAGIC) return;
  if (start !== '' && MAGIC.startsWith(start)) throw endsInHead();
  throw new AppError('archive/foreign', { detail: start === '' ? 'it is empty' : 'it begins differently' });
}

function decodeHead(head: Uint8Array): Pick<ArMember, 'name' | 'size'> {
  if (head.length < HEAD_BYTES) throw endsInHead();
  const size = text(head.subarray(48, 58)).trimEnd();
  if (text(head.subarray(58)) !== HEAD_END || !/^\d+$/.test(size))
    throw new AppError('archive/damaged', { what: 'The package', detail: 'the head of a part of it makes no sense' });
  // GNU's ar ends names with a slash.
  return { name: text(head.subarray(0, 16)).trimEnd().replace(/\/$/, ''), size: Number(size) };
}

function endsInHead(): AppError {
  return new AppError('archive/truncated', { what: 'The package', detail: 'the head of a part of it is missing' });
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
