import { Deferred } from '#domain/async/index.ts';
import type { AppError } from '#domain/errors/index.ts';
import type { SessionEvent } from '#ports/engine.ts';
import type { DiskWatcher } from './disk.ts';
import type { Holds } from './holds.ts';

/** Seconds until a missing chunk is asked for again: the first time, and the most. */
const FIRST_RETRY_SECONDS = 1;
const MAX_RETRY_SECONDS = 30;

/** Holds the machine while its disk waits for a chunk, says why, and tries again: by itself, or at once when told. */
export class Patience implements DiskWatcher {
  readonly #holds: Holds;
  readonly #emit: (event: SessionEvent) => void;
  readonly #wakers = new Set<() => void>();
  readonly #waiting = new Set<Deferred<never>>();
  #seconds = FIRST_RETRY_SECONDS;
  /** Why the disk waits; undefined when it does not. */
  #error: AppError | undefined;

  constructor(holds: Holds, emit: (event: SessionEvent) => void) {
    this.#holds = holds;
    this.#emit = emit;
  }

  /** What `work` gives, unless the disk waits already or comes to wait: then there is no telling when that would end. */
  async unlessWaiting<T>(work: Promise<T>): Promise<T> {
    if (this.#error) throw this.#error;
    const waiting = Deferred.unobserved<never>();
    this.#waiting.add(waiting);
    try {
      return await Promise.race([work, waiting.promise]);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  async wait(error: AppError): Promise<void> {
    await this.#hold(error);
    await this.#sleep(this.#seconds * 1000);
    this.#seconds = Math.min(this.#seconds * 2, MAX_RETRY_SECONDS);
  }

  late(error: AppError): void {
    void this.#hold(error);
  }

  proceed(): void {
    if (!this.#error) return;
    this.#error = undefined;
    this.#seconds = FIRST_RETRY_SECONDS;
    this.#emit({ type: 'continuing' });
    // After the read's own callback, so that the guest finds its answer before its clock finds the pause.
    setTimeout(() => {
      // Unless another chunk is missing by then.
      if (!this.#error) void this.#holds.release('disk');
    });
  }

  /** Tries at once. */
  retry(): void {
    this.#seconds = FIRST_RETRY_SECONDS;
    for (const wake of this.#wakers) wake();
  }

  #hold(error: AppError): Promise<void> {
    this.#error = error;
    for (const waiting of this.#waiting) waiting.reject(error);
    this.#emit({ type: 'waiting', error: error.toRecord() });
    return this.#holds.hold('disk');
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#wakers.add(wake);
    });
  }
}
