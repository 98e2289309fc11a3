import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuestClock } from '../../workers/machine/guest-clock.ts';

let clock: GuestClock;
let rung: string[];

beforeEach(() => {
  vi.useFakeTimers();
  clock = new GuestClock();
  rung = [];
});
afterEach(() => vi.useRealTimers());

describe('a guest’s clock', () => {
  it('rings when it is time, unless called off', () => {
    clock.after(100, () => rung.push('a'));
    const callOff = clock.after(50, () => rung.push('b'));
    callOff();
    vi.advanceTimersByTime(99);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('stands still while the guest does, with all that was set before and meanwhile', () => {
    const began = clock.now();
    clock.after(100, () => rung.push('before'));
    vi.advanceTimersByTime(60);
    clock.stop();
    clock.stop();
    const callOff = clock.after(10, () => rung.push('called off'));
    clock.after(10, () => rung.push('meanwhile'));
    vi.advanceTimersByTime(3_600_000);
    expect([clock.now() - began, rung]).toEqual([60, []]);
    callOff();
    clock.goOn();
    clock.goOn();
    vi.advanceTimersByTime(10);
    expect(rung).toEqual(['meanwhile']);
    vi.advanceTimersByTime(30);
    expect([clock.now() - began, rung]).toEqual([100, ['meanwhile', 'before']]);
  });
});
