import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { Holds } from '#engines/v86/holds.ts';
import { Patience } from '#engines/v86/patience.ts';
import type { SessionEvent } from '#ports/engine.ts';
import { failureOf } from '../support/failure.ts';

/** A machine that only runs and halts. */
class Machine {
  readonly log: string[] = [];
  readonly holds = new Holds(
    async () => void this.log.push('run'),
    async () => void this.log.push('halt'),
  );
}

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});

describe('holds', () => {
  it('let a machine run that nobody holds', () => {
    expect(machine.holds.running).toBe(true);
  });

  it('let it run again when the last reason is gone, in whichever order they go', async () => {
    await machine.holds.hold('user');
    await machine.holds.hold('disk');
    await machine.holds.release('user');
    expect([machine.holds.running, machine.log.includes('run')]).toEqual([false, false]);
    await machine.holds.release('disk');
    expect([machine.holds.running, machine.log.at(-1)]).toEqual([true, 'run']);
  });

  it('halt the machine at once, in the middle of what it does', () => {
    void machine.holds.hold('console');
    expect(machine.log).toEqual(['halt']);
  });

  it('count a reason once, however often it is given', async () => {
    await machine.holds.hold('console');
    await machine.holds.hold('console');
    await machine.holds.release('console');
    expect(machine.holds.running).toBe(true);
  });

  it('settle even if they are released before the machine has come to a stand', async () => {
    // As v86 does: who waits for the halt is forgotten when it runs again before.
    let halted: () => void = () => undefined;
    const log: string[] = [];
    const holds = new Holds(
      async () => {
        log.push('run');
        halted = () => undefined;
      },
      () => {
        log.push('halt');
        return new Promise((resolve) => {
          halted = resolve;
          setTimeout(() => halted());
        });
      },
    );
    await Promise.all([holds.hold('user'), holds.release('user'), holds.hold('disk'), holds.release('disk')]);
    expect(holds.running).toBe(true);
    expect(log.at(-1)).not.toBe('halt');
  });

  it('halt the machine for a reason that is given in whichever moment after it ran again', async () => {
    for (let moment = 0; moment < 8; moment++) {
      const { holds, log } = new Machine();
      await holds.hold('user');
      const released = holds.release('user');
      for (let turn = 0; turn < moment; turn++) await Promise.resolve();
      await holds.hold('disk');
      await released;
      expect(log.at(-1), `after ${moment} turns`).toBe('halt');
    }
  });

  it('do not start a machine for a reason that was never there', async () => {
    await machine.holds.release('save');
    expect(machine.log).toEqual([]);
  });
});

describe('patience with a disk', () => {
  const error = new AppError('source/unreachable', { url: 'http://a.test/', detail: 'away' });
  let events: SessionEvent[];
  let patience: Patience;

  /** Waits as a read does, and notes its end. */
  const wait = (): { over: boolean } => {
    const waiting = { over: false };
    void patience.wait(error).then(() => (waiting.over = true));
    return waiting;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    events = [];
    patience = new Patience(machine.holds, (event) => events.push(event));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds the machine, says why, and tries again after a second', async () => {
    const waiting = wait();
    await vi.advanceTimersByTimeAsync(900);
    expect([machine.holds.running, waiting.over]).toEqual([false, false]);
    expect(events).toEqual([{ type: 'waiting', error: error.toRecord() }]);
    await vi.advanceTimersByTimeAsync(200);
    expect(waiting.over).toBe(true);
    expect(machine.holds.running).toBe(false);
  });

  it('is not for who has to know when it ends: they are told what is waited for, before and in the middle', async () => {
    const settled = new Promise<string>((resolve) => setTimeout(() => resolve('settled'), 500));
    const [quick, late] = [
      patience.unlessWaiting(settled),
      failureOf(patience.unlessWaiting(new Promise(() => undefined))),
    ];
    await vi.advanceTimersByTimeAsync(600);
    expect(await quick).toBe('settled');
    wait();
    expect(await late).toEqual(error.toRecord());
    expect(await failureOf(patience.unlessWaiting(settled))).toEqual(error.toRecord());
    patience.proceed();
    expect(await patience.unlessWaiting(settled)).toBe('settled');
  });

  it('grows: each time twice as long, up to half a minute', async () => {
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const waiting = wait();
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 50);
      expect(waiting.over).toBe(false);
      await vi.advanceTimersByTimeAsync(100);
      expect(waiting.over).toBe(true);
    }
  });

  it('ends at once when told to try, and is short again', async () => {
    for (const seconds of [1, 2, 4]) {
      wait();
      await vi.advanceTimersByTimeAsync(seconds * 1000);
    }
    const long = wait();
    await vi.advanceTimersByTimeAsync(10);
    patience.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(long.over).toBe(true);
    const short = wait();
    await vi.advanceTimersByTimeAsync(2000);
    expect(short.over).toBe(true);
  });

  it('lets the machine go on once the chunk is there, and says so once', async () => {
    wait();
    await vi.advanceTimersByTimeAsync(1000);
    patience.proceed();
    patience.proceed();
    expect(events.map(({ type }) => type)).toEqual(['waiting', 'continuing']);
    await vi.advanceTimersByTimeAsync(0);
    expect(machine.holds.running).toBe(true);
  });

  it('has no hurry to go on: first the guest gets its answer', async () => {
    wait();
    await vi.advanceTimersByTimeAsync(1000);
    patience.proceed();
    await Promise.resolve();
    expect(machine.holds.running).toBe(false);
  });

  it('does not let the machine go on when another chunk is missing by then', async () => {
    wait();
    await vi.advanceTimersByTimeAsync(1000);
    patience.proceed();
    wait();
    await vi.advanceTimersByTimeAsync(10);
    expect(machine.holds.running).toBe(false);
  });

  it('holds the machine for a chunk that is late, until it is there', async () => {
    patience.late(error);
    expect([machine.holds.running, events]).toEqual([false, [{ type: 'waiting', error: error.toRecord() }]]);
    patience.proceed();
    await vi.advanceTimersByTimeAsync(0);
    expect(machine.holds.running).toBe(true);
  });

  it('says nothing of a machine that did not wait', () => {
    patience.proceed();
    expect(events).toEqual([]);
  });
});
