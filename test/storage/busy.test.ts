import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusyContainers } from '../../src/storage/content/busy.ts';
import { digest } from '../ui/digest.ts';

describe('containers that have to stay while room is made', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are those that were read in the last half minute', () => {
    const busy = new BusyContainers();
    busy.read(digest('a'));
    vi.advanceTimersByTime(29_000);
    expect(busy.list()).toEqual([digest('a')]);
    vi.advanceTimersByTime(2000);
    expect(busy.list()).toEqual([]);
  });

  it('are those that are being brought, until that ends, well or not', async () => {
    const busy = new BusyContainers();
    let arrive = (): void => undefined;
    let fail: (error: Error) => void = () => undefined;
    const first = busy.during(digest('a'), new Promise<void>((resolve) => (arrive = resolve)));
    const second = busy.during(digest('a'), new Promise<void>((_, reject) => (fail = reject)));
    arrive();
    await first;
    expect(busy.list()).toEqual([digest('a')]);
    fail(new Error('the server is gone'));
    await expect(second).rejects.toThrow('the server is gone');
    expect(busy.list()).toEqual([]);
  });
});
