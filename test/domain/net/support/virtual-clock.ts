import type { Clock } from '#domain/net/index.ts';

interface Event {
  readonly at: number;
  /** Of two at the same time, the one that was asked for first comes first. */
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Time that passes only when somebody says so. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** A binary heap. */
  readonly #events: Event[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): () => void {
    const event = { at: this.#now + Math.max(0, delay), order: this.#order++, run, cancelled: false };
    this.#push(event);
    return () => void (event.cancelled = true);
  }

  /** Events that are still to come. */
  get pending(): number {
    return this.#events.filter(({ cancelled }) => !cancelled).length;
  }

  sleep(delay: number): Promise<void> {
    return new Promise((resolve) => void this.after(delay, resolve));
  }

  /** Lets time pass until the next event and runs all of that moment. @returns false when there is none */
  step(): boolean {
    const first = this.#pop();
    if (!first) return false;
    this.#now = first.at;
    first.run();
    for (let next = this.#events[0]; next?.at === this.#now; next = this.#events[0]) this.#pop()?.run();
    return true;
  }

  /** Runs until there is nothing to come; what waits for promises gets its turn in between. @throws Error after `limit` ms */
  async run(limit: number, isDone: () => boolean = () => false): Promise<void> {
    await settle();
    while (!isDone() && this.step()) {
      if (this.#now > limit) throw new Error(`it has not come to an end after ${limit} ms`);
      await settle();
    }
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  /** The next event that was not called off. */
  #pop(): Event | undefined {
    for (;;) {
      const first = this.#events[0];
      const last = this.#events.pop();
      if (!first || !last) return undefined;
      if (this.#events.length > 0) this.#sink(last);
      if (!first.cancelled) return first;
    }
  }

  #sink(event: Event): void {
    const heap = this.#events;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, event)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = event;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Gives everything that waits for promises its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
