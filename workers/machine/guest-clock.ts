import type { Clock } from '#domain/net/index.ts';

interface Alarm {
  readonly due: number;
  readonly callback: () => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Time as a guest has it: it stands still while the guest does, so that nothing times out that cannot go on. */
export class GuestClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  /** Milliseconds that it stood still so far, and since when it does. */
  #lost = 0;
  #stoppedAt: number | undefined;

  now(): number {
    return (this.#stoppedAt ?? performance.now()) - this.#lost;
  }

  after(delay: number, callback: () => void): () => void {
    const alarm: Alarm = { due: this.now() + delay, callback, timer: undefined };
    this.#alarms.add(alarm);
    if (this.#stoppedAt === undefined) this.#arm(alarm);
    return () => this.#cancel(alarm);
  }

  stop(): void {
    this.#stoppedAt ??= performance.now();
    for (const { timer } of this.#alarms) clearTimeout(timer);
  }

  goOn(): void {
    if (this.#stoppedAt === undefined) return;
    this.#lost += performance.now() - this.#stoppedAt;
    this.#stoppedAt = undefined;
    for (const alarm of this.#alarms) this.#arm(alarm);
  }

  #arm(alarm: Alarm): void {
    alarm.timer = setTimeout(() => {
      this.#alarms.delete(alarm);
      alarm.callback();
    }, alarm.due - this.now());
  }

  #cancel(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    this.#alarms.delete(alarm);
  }
}
