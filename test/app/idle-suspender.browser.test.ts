import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleSuspender, type Suspendable } from '../../src/app/idle-suspender.ts';

const MINUTE = 60_000;

/** A machine whose guest does what the test says. */
class Sleeper implements Suspendable {
  touchedAt = Date.now();
  busy = 0;
  suspended = 0;
  running = true;

  activity = async () => (this.running ? { touchedAt: this.touchedAt, busy: this.busy } : undefined);

  async suspend(): Promise<void> {
    this.suspended++;
    this.running = false;
  }
}

let visibility: DocumentVisibilityState;
let machine: Sleeper;
let suspender: IdleSuspender;
let closing: AbortController;

function become(state: DocumentVisibilityState): void {
  visibility = state;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  visibility = 'visible';
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  machine = new Sleeper();
  suspender = new IdleSuspender(() => [machine]);
  suspender.minutes = 5;
  closing = new AbortController();
  suspender.begin({ signal: closing.signal });
});

afterEach(() => {
  closing.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a machine in a hidden tab', () => {
  it('is suspended once it has done nothing for as long as was set', async () => {
    become('hidden');
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    expect(machine.suspended).toBe(0);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(machine.suspended).toBe(1);
  });

  it('runs on while its guest is at work, or its terminal is used', async () => {
    become('hidden');
    for (let minute = 0; minute < 20; minute++) {
      await vi.advanceTimersByTimeAsync(MINUTE);
      if (minute < 10) machine.busy += MINUTE / 2;
      else machine.touchedAt = Date.now();
    }
    expect(machine.suspended).toBe(0);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(machine.suspended).toBe(1);
  });

  it('runs on when somebody looks at the page in between', async () => {
    become('hidden');
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    become('visible');
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    become('hidden');
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    expect(machine.suspended).toBe(0);
  });

  it('runs on for ever when that was set, also at the next visit', async () => {
    suspender.minutes = 0;
    become('hidden');
    await vi.advanceTimersByTimeAsync(3 * 60 * MINUTE);
    expect(machine.suspended).toBe(0);
    expect(new IdleSuspender(() => []).minutes).toBe(0);
  });

  it('is asked again when it could not be suspended', async () => {
    vi.spyOn(machine, 'suspend').mockRejectedValueOnce(new Error('no room'));
    become('hidden');
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(machine.suspended).toBe(0);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(machine.suspended).toBe(1);
  });
});
