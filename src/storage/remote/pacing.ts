import type { Cancellable } from '#ports/cancellation.ts';

/** Time and chance, as who tries again needs them. */
export interface Pacing {
  /** Milliseconds of any clock that only goes forwards. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Resolves after `milliseconds`. @throws the signal's reason */
  sleep(milliseconds: number, options: Cancellable): Promise<void>;
}

/** The real ones. */
export const PACING: Pacing = { now: () => performance.now(), random: () => Math.random(), sleep };

function sleep(milliseconds: number, { signal }: Cancellable): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
