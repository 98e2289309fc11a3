import { Deferred } from '#domain/async/index.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';
import { withRoom } from '../room.ts';

/** Bytes of one transaction: small ones are slow, large ones hold memory. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Frees at least `bytes` on the device, if it can.
 * @returns false when there is nothing that may go
 */
export type MakeRoom = (bytes: number) => Promise<boolean>;

interface Waiting {
  readonly content: Content;
  readonly written: Deferred<void>;
}

/** Puts verified content into a store, all that waits at a time in one transaction. */
export class ContentWriter {
  readonly #store: ContentStore;
  readonly #makeRoom: MakeRoom;
  #waiting: readonly Waiting[] = [];
  #writing = false;

  constructor(store: ContentStore, makeRoom: MakeRoom) {
    this.#store = store;
    this.#makeRoom = makeRoom;
  }

  /** Resolves when it is kept. @throws AppError `storage/*`; `storage/full` when no room could be made either */
  put(content: Content): Promise<void> {
    const written = new Deferred<void>();
    this.#waiting = [...this.#waiting, { content, written }];
    if (!this.#writing) void this.#writeAll();
    return written.promise;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    // What comes in the same turn goes in the same transaction.
    await Promise.resolve();
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        await this.#write(batch.map(({ content }) => content));
        for (const { written } of batch) written.resolve();
      } catch (error) {
        for (const { written } of batch) written.reject(error);
      }
    }
    this.#writing = false;
  }

  #take(): readonly Waiting[] {
    let bytes = 0;
    const count = this.#waiting.findIndex(({ content }) => (bytes += content.bytes.length) > BATCH_BYTES);
    const end = count < 0 ? this.#waiting.length : Math.max(1, count);
    const batch = this.#waiting.slice(0, end);
    this.#waiting = this.#waiting.slice(end);
    return batch;
  }

  async #write(contents: readonly Content[]): Promise<void> {
    const bytes = contents.reduce((sum, content) => sum + content.bytes.length, 0);
    await withRoom(
      () => this.#makeRoom(bytes),
      () => this.#store.put(contents),
    );
  }
}
