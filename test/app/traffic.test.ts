import { Deferred } from '#domain/async/index.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Traffic } from '../../src/app/traffic.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether it is quiet by now. */
function listen(traffic: Traffic): () => boolean {
  let quiet = false;
  void traffic.quiet().then(() => (quiet = true));
  return () => quiet;
}

test('it is quiet a moment after the last answer, whatever that was', async () => {
  const traffic = new Traffic();
  const [first, second] = [new Deferred<void>(), new Deferred<void>()];
  void traffic.note(first.promise);
  const isQuiet = listen(traffic);
  await vi.advanceTimersByTimeAsync(1000);
  expect(isQuiet()).toBe(false);

  first.resolve();
  await vi.advanceTimersByTimeAsync(200);
  const failing = traffic.note(second.promise);
  await vi.advanceTimersByTimeAsync(1000);
  expect(isQuiet()).toBe(false);

  second.reject(new Error('no answer'));
  await expect(failing).rejects.toThrow('no answer');
  await vi.advanceTimersByTimeAsync(200);
  expect(isQuiet()).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(isQuiet()).toBe(true);
});

test('where nothing is asked it takes no longer than that moment', async () => {
  const isQuiet = listen(new Traffic());
  await vi.advanceTimersByTimeAsync(400);
  expect(isQuiet()).toBe(true);
});

test('what goes on and on is not waited for for ever, and again the next time', async () => {
  const traffic = new Traffic();
  void traffic.note(new Promise(() => undefined));
  for (let time = 0; time < 2; time++) {
    const isQuiet = listen(traffic);
    await vi.advanceTimersByTimeAsync(4000);
    expect(isQuiet()).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(isQuiet()).toBe(true);
  }
});
