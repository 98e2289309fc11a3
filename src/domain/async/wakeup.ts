import { Deferred } from './deferred.ts';

/** Something that is waited for again and again. */
export class Wakeup {
  #waiting: Deferred<void> | undefined;

  next(): Promise<void> {
    this.#waiting ??= new Deferred();
    return this.#waiting.promise;
  }

  wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
