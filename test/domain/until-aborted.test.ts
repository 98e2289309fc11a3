import { describe, expect, test } from 'vitest';
import { Deferred, untilAborted } from '#domain/async/index.ts';

const REASON = new Error('the user has left');

describe('what waits until a signal', () => {
  test('gives what the work gives', async () => {
    expect(await untilAborted(Promise.resolve(42), new AbortController().signal)).toBe(42);
    expect(await untilAborted(Promise.resolve(42), undefined)).toBe(42);
  });

  test('ends with the signal’s reason, and leaves the work alone', async () => {
    const work = new Deferred<number>();
    const leaving = new AbortController();
    const waiting = untilAborted(work.promise, leaving.signal);
    leaving.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
    work.resolve(42);
    expect(await work.promise).toBe(42);
  });

  // A failure that nobody handles fails the whole run.
  test('does not leave a failure unhandled that comes when nobody waits any more', async () => {
    await expect(untilAborted(Promise.reject(new Error('too late')), AbortSignal.abort(REASON))).rejects.toBe(REASON);
    const work = new Deferred<number>();
    await expect(untilAborted(work.promise, AbortSignal.abort(REASON))).rejects.toBe(REASON);
    work.reject(new Error('too late'));
    await new Promise((resolve) => setTimeout(resolve));
  });
});
