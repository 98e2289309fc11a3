import { AppError } from '../errors/index.ts';
import type { SyncFile } from './sync-file.ts';

/** The file in which segments lie side by side, each at its number times `segmentBytes`. */
export class LogFile {
  readonly segmentBytes: number;
  readonly #file: SyncFile;
  /** For each segment with bytes that may not be on the device: from where, and up to where. */
  readonly #unflushed = new Map<number, readonly [from: number, to: number]>();
  #flushFailed = false;

  constructor(file: SyncFile, segmentBytes: number) {
    this.#file = file;
    this.segmentBytes = segmentBytes;
  }

  get bytes(): number {
    return this.#file.size;
  }

  /** Segments that the file reaches into. */
  get places(): number {
    return Math.ceil(this.#file.size / this.segmentBytes);
  }

  get dirty(): boolean {
    return this.#unflushed.size > 0;
  }

  /** Returns how many bytes there were. */
  read(segment: number, offset: number, into: Uint8Array): number {
    return this.#file.read(segment * this.segmentBytes + offset, into);
  }

  /** @throws AppError `storage/damaged` when the file ends before */
  readAll(segment: number, offset: number, into: Uint8Array): void {
    if (this.read(segment, offset, into) < into.length)
      throw new AppError('storage/damaged', { detail: 'it is cut short' });
  }

  write(segment: number, offset: number, bytes: Uint8Array): void {
    const [from, to] = this.#unflushed.get(segment) ?? [offset, offset];
    this.#unflushed.set(segment, [Math.min(from, offset), Math.max(to, offset + bytes.length)]);
    this.#file.write(segment * this.segmentBytes + offset, bytes);
  }

  /**
   * When it returns, all that was written is on the device. A system whose flush failed may count what it could not write
   * as written, so that the next flush would succeed without it: what was not flushed is written once more before.
   */
  flush(): void {
    if (!this.dirty) return;
    if (this.#flushFailed) this.#writeAgain();
    this.#flushFailed = true;
    this.#file.flush();
    this.#flushFailed = false;
    this.#unflushed.clear();
  }

  /** Ends the file behind its first `places` segments. */
  cut(places: number): void {
    const bytes = places * this.segmentBytes;
    if (this.#file.size > bytes) this.#file.truncate(bytes);
  }

  #writeAgain(): void {
    for (const [segment, [from, to]] of this.#unflushed) {
      const bytes = new Uint8Array(to - from);
      const length = this.read(segment, from, bytes);
      this.#file.write(segment * this.segmentBytes + from, bytes.subarray(0, length));
    }
  }
}
