import { AppError } from '../errors/index.ts';
import { decodeHeader, paddingOf, TAR_BLOCK, TAR_END_BYTES } from './tar.ts';

/** A file that is read a piece at a time. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly these bytes. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Most bytes that an entry has: each is held whole. */
const MAX_ENTRY_BYTES = 32 * 1024 * 1024;

export interface ReadEntry {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads entry after entry of an archive, and objects to all that the writer would not have written. */
export class TarReader {
  readonly #source: ByteSource;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** @throws AppError `backup/truncated`, `backup/altered` */
  async next(): Promise<ReadEntry> {
    const entry = decodeHeader(await this.#take(TAR_BLOCK));
    if (!entry) throw new AppError('backup/altered', { detail: 'the head of a part of it has changed' });
    if (entry.size > MAX_ENTRY_BYTES) throw new AppError('backup/altered', { detail: 'a part of it is too large' });
    const bytes = await this.#take(entry.size);
    if (!isZero(await this.#take(paddingOf(entry.size)))) throw changedBetween();
    return { name: entry.name, bytes };
  }

  /** Expects the archive's end, and nothing behind it. @throws AppError `backup/truncated`, `backup/altered` */
  async end(): Promise<void> {
    if (!isZero(await this.#take(TAR_END_BYTES))) throw changedBetween();
    if (this.#at < this.#source.size) throw new AppError('backup/altered', { detail: 'something follows its end' });
  }

  async #take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { size } = this.#source;
    if (this.#at + length > size) throw new AppError('backup/truncated', { bytes: size });
    const bytes = await this.#source.read(this.#at, length);
    this.#at += length;
    return bytes;
  }
}

function changedBetween(): AppError {
  return new AppError('backup/altered', { detail: 'what lies between its parts has changed' });
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
