import { Timer, type Clock } from '../clock.ts';

const FIRST_WAIT_MS = 1000;
/** SYNs before it is given up: the last is waited for until 31 s after the first. */
const MOST_SYNS = 5;

/** Sends the SYN of a connection until it is acknowledged. */
export class Handshake {
  readonly #clock: Clock;
  readonly #emit: () => void;
  readonly #timer: Timer;
  #sent = 0;
  #began = 0;

  /** @param emit sends the SYN; @param giveUp is called when nobody has answered */
  constructor(clock: Clock, emit: () => void, giveUp: () => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#timer = new Timer(clock, () => (this.#sent < MOST_SYNS ? this.send() : giveUp()));
  }

  /** Sends it, and again when the time is over. */
  send(): void {
    if (this.#sent === 0) this.#began = this.#clock.now();
    this.#timer.start(FIRST_WAIT_MS * 2 ** this.#sent);
    this.#sent++;
    this.#emit();
  }

  /** The other end has asked for it again. */
  repeat(): void {
    this.#emit();
  }

  /** It was acknowledged. @returns milliseconds from the SYN on; undefined when there was more than one */
  finish(): number | undefined {
    this.dispose();
    return this.#sent === 1 ? this.#clock.now() - this.#began : undefined;
  }

  dispose(): void {
    this.#timer.dispose();
  }
}
