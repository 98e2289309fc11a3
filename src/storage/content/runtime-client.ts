import { CHUNK_BYTES, type RuntimeConfig } from '#domain/container/index.ts';
import { chunksOf } from '#domain/chunks/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { Container } from './container.ts';
import { ContentClient, type ContentClientParts } from './content-client.ts';
import { PartClient } from './part-client.ts';

/** Chunks that are in memory at a time: 4 MiB, as long as a request. */
const BATCH_CHUNKS = 32;

/** Something in a runtime's content: a package, or the template. */
export interface RuntimePiece {
  /** In bytes. */
  readonly offset: number;
  readonly size: number;
}

/** A runtime as it is read for a machine: from the device, else through the local routes. Errors are those of the routes. */
export class RuntimeClient {
  readonly config: RuntimeConfig;
  readonly #part: PartClient;

  private constructor(config: RuntimeConfig, part: PartClient) {
    this.config = config;
    this.#part = part;
  }

  /**
   * Reads its manifest, its config and the list of its chunks.
   * @throws AppError `container/unavailable`, `source/*`, `chunk/*`, `format/invalid`, for a container, too
   */
  static async open(parts: ContentClientParts, options: Cancellable = {}): Promise<RuntimeClient> {
    const client = new ContentClient(parts);
    const read = (...[ref, more]: Parameters<ContentClient['document']>) => client.document(ref, more);
    const container = await Container.open(parts.manifest, read, options);
    const { kind, config } = container.artifact;
    if (kind !== 'runtime')
      throw new AppError('format/invalid', { what: `“${config.title}”`, detail: 'it is a container, not a runtime' });
    return new RuntimeClient(config, new PartClient(client, 'packages', await container.part('packages', options)));
  }

  /**
   * A piece of its content. The browser holds it, on its own disk when it is large: this thread has a few MiB of it at a time.
   * @param onBytes called with the bytes that have come since it was called before
   */
  async read(
    { offset, size }: RuntimePiece,
    { onBytes, ...options }: Cancellable & { readonly onBytes?: (bytes: number) => void } = {},
  ): Promise<Blob> {
    const { first, last } = chunksOf({ first: offset, last: offset + size - 1 }, CHUNK_BYTES);
    const batches: Blob[] = [];
    for (let at = first; at <= last; at += BATCH_CHUNKS) {
      const indexes = Array.from({ length: Math.min(BATCH_CHUNKS, last + 1 - at) }, (_, i) => at + i);
      const batch = new Blob(await this.#chunks(indexes, options));
      batches.push(batch);
      onBytes?.(batch.size);
    }
    const start = offset - first * CHUNK_BYTES;
    return new Blob(batches).slice(start, start + size);
  }

  async #chunks(indexes: readonly number[], options: Cancellable): Promise<Uint8Array<ArrayBuffer>[]> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const first = indexes[0] ?? 0;
    await this.#part.readMany(indexes, (index, chunk) => void (chunks[index - first] = chunk), options);
    return chunks;
  }
}
