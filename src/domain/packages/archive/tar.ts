import { AppError } from '../../errors/index.ts';
import { ByteReader, Section } from './byte-reader.ts';
import { decodeName } from './file-name.ts';
import { ARCHIVE_LIMITS, Meter } from './limits.ts';
import { addRecords, applyRecords, sparse, type PaxRecords } from './pax.ts';
import type { TarEntry, TarEntryType, TarHeader } from './tar-entry.ts';
import { decodeHeader, isZeroBlock, TAR_BLOCK, type RawHeader } from './tar-header.ts';

export interface TarOptions {
  /** The archive's name, for errors. */
  readonly what?: string;
  /** Counts entries and what they claim. */
  readonly meter?: Meter;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes of a long name or an extended header: each is held whole. */
const MAX_EXTENSION_BYTES = 1024 * 1024;

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard-link',
  '2': 'symbolic-link',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'folder',
  '6': 'fifo',
  // "Contiguous", which means nothing on any system of today.
  '7': 'file',
};

/** What headers before an entry say of it. */
interface Extension {
  readonly longName?: string;
  readonly longLink?: string;
  readonly records: PaxRecords;
}

/**
 * The entries of a tar archive, one after the other, as tar itself reads them: v7, ustar, GNU and pax. Reads to the
 * end of the stream, so that whoever unpacks it gets to compare its check. Names are as they are written: see `PathGuard`.
 * @throws AppError `archive/damaged`, `archive/truncated`, `archive/unsupported`, `archive/too-large`
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  { what = 'The archive', meter = new Meter(ARCHIVE_LIMITS), signal }: TarOptions = {},
): AsyncGenerator<TarEntry, void> {
  const reader = new ByteReader(source, signal);
  const headers = new HeaderReader(reader, what, meter);
  try {
    for (;;) {
      const header = await headers.next();
      if (!header) break;
      const body = new Section(reader, header.size, what);
      yield { ...header, body };
      await body.pass();
      await headers.padding(header.size);
    }
    for await (const _ of reader.rest());
  } finally {
    await reader.close();
  }
}

/** Reads header blocks, and the extensions before them. */
class HeaderReader {
  readonly #reader: ByteReader;
  readonly #what: string;
  readonly #meter: Meter;
  #global: PaxRecords = new Map();

  constructor(reader: ByteReader, what: string, meter: Meter) {
    this.#reader = reader;
    this.#what = what;
    this.#meter = meter;
  }

  /** The next entry's header; undefined at the archive's end. */
  async next(): Promise<TarHeader | undefined> {
    let extension: Extension = { records: this.#global };
    for (;;) {
      const raw = await this.#block();
      if (!raw) return undefined;
      this.#meter.header();
      const next = await this.#extend(extension, raw);
      if (!next) return this.#finish(raw, extension);
      extension = next;
    }
  }

  /** Passes over what fills an entry's last block. */
  async padding(size: number): Promise<void> {
    const length = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
    if ((await this.#reader.take(length)).length < length) throw this.#cutShort();
  }

  async #block(): Promise<RawHeader | undefined> {
    const block = await this.#reader.take(TAR_BLOCK);
    if (block.length < TAR_BLOCK) throw this.#cutShort();
    return isZeroBlock(block) ? undefined : decodeHeader(block, this.#what);
  }

  /** What is known with one more header; undefined when that is an entry's own. */
  async #extend(known: Extension, { typeFlag, size }: RawHeader): Promise<Extension | undefined> {
    switch (typeFlag) {
      case 'L':
        return { ...known, longName: await this.#longName(size) };
      case 'K':
        return { ...known, longLink: await this.#longName(size) };
      case 'x':
        return { ...known, records: addRecords(known.records, await this.#content(size), this.#what) };
      case 'g':
        this.#global = addRecords(this.#global, await this.#content(size), this.#what);
        return { ...known, records: this.#global };
      default:
        return undefined;
    }
  }

  #finish(raw: RawHeader, { longName, longLink, records }: Extension): TarHeader {
    const renamed = { ...raw, name: longName ?? raw.name, linkName: longLink ?? raw.linkName };
    const { typeFlag, ...fields } = applyRecords(renamed, records, this.#what);
    const type = this.#typeOf(typeFlag, fields.name);
    const isLink = type === 'symbolic-link' || type === 'hard-link';
    // A hard link may say how large its file is, and has no content for that.
    const size = type === 'hard-link' ? 0 : fields.size;
    if (size < 0 || (type !== 'file' && size > 0)) throw this.#damaged('the size of an entry makes no sense');
    this.#meter.claim(size);
    return { ...fields, type, size, mode: fields.mode & 0o7777, linkName: isLink ? fields.linkName : '' };
  }

  #typeOf(flag: string, name: string): TarEntryType {
    if (flag === 'S') throw sparse(this.#what);
    const type = TYPES[flag];
    if (type === undefined)
      throw new AppError('archive/unsupported', { what: this.#what, detail: `it has an entry of the kind “${flag}”` });
    // The oldest archives tell folders from files by this alone.
    return type === 'file' && name.endsWith('/') ? 'folder' : type;
  }

  async #longName(size: number): Promise<string> {
    const bytes = await this.#content(size);
    const end = bytes.indexOf(0);
    return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
  }

  async #content(size: number): Promise<Uint8Array> {
    if (size < 0 || size > MAX_EXTENSION_BYTES) throw this.#damaged('an extended header is too long');
    const bytes = await new Section(this.#reader, size, this.#what).bytes();
    await this.padding(size);
    return bytes;
  }

  #cutShort(): AppError {
    return new AppError('archive/truncated', { what: this.#what, detail: 'the mark of its end is missing' });
  }

  #damaged(detail: string): AppError {
    return new AppError('archive/damaged', { what: this.#what, detail });
  }
}
