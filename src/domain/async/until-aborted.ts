import { Deferred } from './deferred.ts';

/** An AbortSignal, as far as it is needed: this layer knows no browser. */
interface Abortable {
  readonly aborted: boolean;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What `work` gives, or the signal's reason if that comes first. The work itself goes on: others may wait for it. */
export async function untilAborted<T>(work: Promise<T>, signal: Abortable | undefined): Promise<T> {
  if (!signal) return work;
  const gaveUp = new Deferred<void>();
  const onAbort = (): void => gaveUp.resolve();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    // Also when the signal came before: a failure that nobody takes from the work would go unhandled.
    await Promise.race([gaveUp.promise, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  signal.throwIfAborted();
  return work;
}
