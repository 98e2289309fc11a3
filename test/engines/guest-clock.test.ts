import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuestClock } from '#engines/v86/guest-clock.ts';
import { ScriptedAgent } from './support/scripted-agent.ts';

const HOUR = 3_600_000;

/** A guest whose clock goes by the host's monotonic clock, as v86's does. */
class Guest {
  #ahead = Date.now() - performance.now();
  /** Milliseconds for which the machine stands still before it answers what time it has. */
  standstill = 0;
  readonly agent = new ScriptedAgent(({ name, args }) => {
    if (name === 'guest-get-time') return { return: this.#tell() * 1_000_000 };
    if (name === 'guest-exec-status') return { return: { exited: true, exitcode: 0 } };
    const [, change] = v.parse(v.array(v.string()), args['arg']);
    this.wind(Number(/^--set=([+-][\d.]+) seconds$/.exec(change ?? '')?.[1]) * 1000);
    return { return: { pid: 1 } };
  });
  readonly clock = new GuestClock(this.agent.client);

  /** How wrong its clock is, in milliseconds. */
  get error(): number {
    return Math.abs(this.#ahead + performance.now() - Date.now());
  }

  /** What it was asked for: to tell its time, or to set it. */
  get asked(): readonly string[] {
    return this.agent.asked.filter((name) => name !== 'guest-exec-status');
  }

  wind(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  #tell(): number {
    const time = this.#ahead + performance.now();
    this.agent.running = false;
    vi.advanceTimersByTime(this.standstill);
    this.agent.running = true;
    this.standstill = 0;
    return time;
  }
}

describe('a guest’s clock', () => {
  let guest: Guest;

  beforeEach(() => {
    vi.useFakeTimers();
    guest = new Guest();
  });
  afterEach(() => {
    guest.clock.dispose();
    vi.useRealTimers();
  });

  it('that is right is left alone', async () => {
    await guest.clock.correct();
    expect(guest.asked).toEqual(['guest-get-time']);
  });

  it.each([-HOUR, -500, 500, 24 * HOUR])('that is wrong by %i ms is set', async (milliseconds) => {
    guest.wind(milliseconds);
    await guest.clock.correct();
    expect(guest.error).toBeLessThan(2);
  });

  it('is not taken for wrong where the machine stood still before it answered', async () => {
    guest.standstill = HOUR;
    await guest.clock.correct();
    expect(guest.asked).toEqual(['guest-get-time', 'guest-get-time']);
  });

  it('is left alone as long as the host’s clocks agree', async () => {
    guest.clock.keep();
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(guest.asked).toEqual([]);
  });

  it.each([
    ['the computer slept', HOUR],
    ['somebody set the host’s clock back', -HOUR],
  ])('is set when %s', async (_, milliseconds) => {
    guest.clock.keep();
    await vi.advanceTimersByTimeAsync(10_000);
    vi.setSystemTime(Date.now() + milliseconds);
    await vi.advanceTimersByTimeAsync(1500);
    expect(guest.error).toBeLessThan(2);
    const { length } = guest.asked;
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(guest.asked).toHaveLength(length);
  });

  it('stays wrong, and nothing fails, where the guest cannot set it', async () => {
    const agent = new ScriptedAgent(() => ({ error: { class: 'GenericError', desc: 'not allowed' } }));
    const clock = new GuestClock(agent.client);
    clock.keep();
    vi.setSystemTime(Date.now() + HOUR);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(agent.asked).toEqual(['guest-get-time']);
    clock.dispose();
  });
});
