import { Timer, type Clock } from '../clock.ts';

/** Silence after which the other end is asked, then between questions, and how many go unanswered before it counts as gone. */
const IDLE_MS = 60_000;
const RETRY_MS = 15_000;
const MOST_PROBES = 5;

export interface KeepAliveEvents {
  /** Asks for an answer, unless one is awaited anyway. */
  probe(): void;
  onGone(): void;
}

/** Finds out when the other end is gone without a word (RFC 9293, 3.8.4). */
export class KeepAlive {
  readonly #clock: Clock;
  readonly #events: KeepAliveEvents;
  readonly #timer: Timer;
  #heard = 0;
  #probes = 0;

  constructor(clock: Clock, events: KeepAliveEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#timer = new Timer(clock, () => this.#check());
  }

  start(): void {
    this.#timer.start(IDLE_MS);
  }

  /** Something came from the other end. */
  heard(): void {
    this.#heard = this.#clock.now();
    this.#probes = 0;
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #check(): void {
    const quiet = this.#clock.now() - this.#heard;
    if (this.#probes === 0 && quiet < IDLE_MS) return this.#timer.start(IDLE_MS - quiet);
    if (this.#probes >= MOST_PROBES) return this.#events.onGone();
    this.#probes++;
    this.#timer.start(RETRY_MS);
    this.#events.probe();
  }
}
