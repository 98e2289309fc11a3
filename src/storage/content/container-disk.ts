import { untilAborted } from '#domain/async/index.ts';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { PartClient } from './part-client.ts';

/** Chunks kept in memory: 24 MiB. */
const CACHED_CHUNKS = 192;

const ZEROS = new Uint8Array(CHUNK_BYTES);

/** A container's disk: chunks from memory, the device or the local routes. */
export class ContainerDisk implements BlockSource {
  readonly size: number;
  readonly #part: PartClient;
  readonly #title: string;
  /** Least recently used first. */
  readonly #cache = new Map<number, Uint8Array>();
  /** Calls of `fetchAhead` that are under way. */
  #comingAhead = 0;

  /**
   * @param size length of the disk in bytes, as the container's config has it
   */
  constructor(part: PartClient, size: number, title: string) {
    this.size = size;
    this.#part = part;
    this.#title = title;
  }

  peek(index: number): Uint8Array | undefined {
    if (this.#part.records[index]?.compressedLength === 0) return ZEROS;
    const chunk = this.#cache.get(index);
    if (chunk) this.#remember(index, chunk);
    return chunk;
  }

  async read(index: number, { signal }: Cancellable = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const present = this.peek(index);
    if (present) return present;
    const chunk = await untilAborted(this.#part.read(index), signal);
    const bytes = Math.min(CHUNK_BYTES, this.size - index * CHUNK_BYTES);
    if (chunk.length !== bytes) {
      const detail = `its chunk ${index} has ${chunk.length} of ${bytes} bytes`;
      throw new AppError('container/truncated-disk', { title: this.#title, detail });
    }
    this.#remember(index, chunk);
    return chunk;
  }

  /** Compressed bytes of a chunk; 0 for one of zeros. */
  costOf(index: number): number {
    return this.#part.records[index]?.compressedLength ?? 0;
  }

  /** Brings chunks to the device, and to memory. @throws AppError as the local routes do */
  async fetchAhead(indexes: readonly number[], options: Cancellable = {}): Promise<void> {
    const wanted = indexes.filter((index) => index < this.#part.records.length && !this.#has(index));
    if (wanted.length === 0) return;
    this.#comingAhead++;
    try {
      await this.#part.bring(wanted, options);
      await Promise.all(wanted.map((index) => this.read(index, options)));
    } finally {
      this.#comingAhead--;
    }
  }

  prefetch(indexes: readonly number[]): void {
    // What is known to be read soon comes before what may be.
    if (this.#comingAhead > 0) return;
    const wanted = indexes.filter((index) => index < this.#part.records.length && !this.#has(index));
    if (wanted.length === 0) return;
    // Nobody waits for it: if it fails, the read that needs the chunk says so.
    this.#part.readMany(wanted, () => undefined).catch(() => undefined);
    for (const index of wanted) this.read(index).catch(() => undefined);
  }

  #has(index: number): boolean {
    return this.#cache.has(index) || this.#part.records[index]?.compressedLength === 0;
  }

  #remember(index: number, chunk: Uint8Array): void {
    this.#cache.delete(index);
    this.#cache.set(index, chunk);
    const oldest = this.#cache.keys().next();
    if (this.#cache.size > CACHED_CHUNKS && !oldest.done) this.#cache.delete(oldest.value);
  }
}
