import type { SyncFile } from '#domain/overlay/index.ts';

/** A file as it would be: what is written to it stays in memory, and the file itself as it is. For a little of it. */
export class DraftFile implements SyncFile {
  readonly #file: SyncFile;
  readonly #written: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  /** Up to here the file's own bytes count. */
  #own: number;
  #size: number;

  constructor(file: SyncFile) {
    this.#file = file;
    this.#own = file.size;
    this.#size = file.size;
  }

  get size(): number {
    return this.#size;
  }

  read(at: number, into: Uint8Array): number {
    const target = into.subarray(0, Math.max(0, Math.min(into.length, this.#size - at)));
    const own = target.subarray(0, Math.max(0, Math.min(target.length, this.#own - at)));
    target.fill(0, own.length > 0 ? this.#file.read(at, own) : 0);
    for (const { at: from, bytes } of this.#written) {
      const [start, end] = [Math.max(at, from), Math.min(at + target.length, from + bytes.length)];
      if (start < end) target.set(bytes.subarray(start - from, end - from), start - at);
    }
    return target.length;
  }

  write(at: number, bytes: Uint8Array): void {
    this.#written.push({ at, bytes: bytes.slice() });
    this.#size = Math.max(this.#size, at + bytes.length);
  }

  flush(): void {
    // There is nothing that a crash could take.
  }

  truncate(size: number): void {
    this.#own = Math.min(this.#own, size);
    this.#size = Math.min(this.#size, size);
    const kept = this.#written.map(({ at, bytes }) => ({ at, bytes: bytes.subarray(0, Math.max(0, size - at)) }));
    this.#written.splice(0, this.#written.length, ...kept);
  }

  close(): void {
    this.#file.close();
  }
}
