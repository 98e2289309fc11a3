import { open, type FileHandle } from 'node:fs/promises';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { BlockSource } from '#ports/block-source.ts';

/** A disk image in a file, as an engine reads it. */
export class FileDisk implements BlockSource {
  readonly size: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  static async open(path: string): Promise<FileDisk> {
    const file = await open(path);
    return new FileDisk(file, (await file.stat()).size);
  }

  /** Nothing is kept in memory: the operating system caches the file. */
  peek(): undefined {
    return undefined;
  }

  async read(index: number): Promise<Uint8Array> {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, this.size - index * CHUNK_BYTES));
    await this.#file.read(chunk, 0, chunk.length, index * CHUNK_BYTES);
    return chunk;
  }

  prefetch(): void {}

  async close(): Promise<void> {
    await this.#file.close();
  }
}
