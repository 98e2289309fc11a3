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
  try {
    if (!signal.aborted) await Promise.race([work, gaveUp.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  signal.throwIfAborted();
  return work;
}
