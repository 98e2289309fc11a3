import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import type { Cancellable } from '#ports/cancellation.ts';

/** A disk that goes on with zeros behind the end of another one. */
export class LargerDisk implements BlockSource {
  readonly size: number;
  readonly #disk: BlockSource;
  readonly #zeros = new Uint8Array(CHUNK_BYTES);

  /** @param size in bytes, no less than the other one has */
  constructor(disk: BlockSource, size: number) {
    this.size = size;
    this.#disk = disk;
  }

  peek(index: number): Uint8Array | undefined {
    if (!this.#reaches(index)) return this.#zeros.subarray(0, this.#lengthOf(index));
    const chunk = this.#disk.peek(index);
    return chunk && this.#filledUp(chunk, index);
  }

  async read(index: number, options?: Cancellable): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    return this.peek(index) ?? this.#filledUp(await this.#disk.read(index, options), index);
  }

  prefetch(indexes: readonly number[]): void {
    const there = indexes.filter((index) => this.#reaches(index));
    if (there.length > 0) this.#disk.prefetch(there);
  }

  #reaches(index: number): boolean {
    return index * CHUNK_BYTES < this.#disk.size;
  }

  #lengthOf(index: number): number {
    return Math.min(CHUNK_BYTES, this.size - index * CHUNK_BYTES);
  }

  /** The other disk's last chunk may be a short one. */
  #filledUp(chunk: Uint8Array, index: number): Uint8Array {
    const length = this.#lengthOf(index);
    if (chunk.length === length) return chunk;
    const filled = new Uint8Array(length);
    filled.set(chunk.subarray(0, length));
    return filled;
  }
}
