import { AppError } from '#domain/errors/index.ts';
import type { Digest } from '#domain/container/index.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';
import { MemoryContentStore } from '#storage/index.ts';

/** A store that writes down what it was given. */
export class WatchedStore extends MemoryContentStore {
  readonly given: Digest[] = [];

  override put(contents: readonly Content[]): Promise<void> {
    this.given.push(...contents.map(({ digest }) => digest));
    return super.put(contents);
  }
}

/** A device without room: what was kept before is there, nothing more fits. */
export class FullStore extends MemoryContentStore {
  full = true;

  override put(contents: readonly Content[]): Promise<void> {
    return this.full ? Promise.reject(new AppError('storage/full', { what: 'the container' })) : super.put(contents);
  }
}

/** A store that the browser took away. */
export class BrokenStore implements ContentStore {
  get = (): Promise<never> => this.#refuse();
  put = (): Promise<never> => this.#refuse();
  missing = (): Promise<never> => this.#refuse();
  remove = (): Promise<never> => this.#refuse();

  #refuse(): Promise<never> {
    return Promise.reject(new AppError('storage/unavailable', { detail: 'it is gone' }));
  }
}
