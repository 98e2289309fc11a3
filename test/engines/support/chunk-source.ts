import { CHUNK_BYTES } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import { noise } from '../../support/noise.ts';

/** A source of chunks that a test hands out one by one. */
export class ChunkSource implements BlockSource {
  readonly size: number;
  readonly content: Uint8Array;
  readonly asked: number[] = [];
  readonly prefetched: number[] = [];
  /** Chunks at hand without waiting. */
  readonly present = new Set<number>();
  readonly #waiting: { index: number; resolve(chunk: Uint8Array): void; reject(error: Error): void }[] = [];

  constructor(chunks: number) {
    this.size = chunks * CHUNK_BYTES;
    this.content = noise(this.size);
  }

  peek(index: number): Uint8Array | undefined {
    return this.present.has(index) ? this.#chunk(index) : undefined;
  }

  read(index: number): Promise<Uint8Array> {
    this.asked.push(index);
    return new Promise((resolve, reject) => this.#waiting.push({ index, resolve, reject }));
  }

  prefetch(indexes: readonly number[]): void {
    this.prefetched.push(...indexes);
  }

  /** Answers the oldest question. */
  async answer(): Promise<void> {
    const next = this.#waiting.shift();
    if (!next) throw new Error('nobody asks for a chunk');
    next.resolve(this.#chunk(next.index));
    await settle();
  }

  /** Answers the oldest question with an error. */
  async refuse(): Promise<void> {
    this.#waiting.shift()?.reject(new AppError('source/unreachable', { url: 'http://a.test/', detail: 'away' }));
    await settle();
  }

  #chunk(index: number): Uint8Array {
    return this.content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
