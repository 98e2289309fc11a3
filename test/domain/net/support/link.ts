import type { Random } from '../../support/random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a link does to frames. Probabilities of 0 to 1, milliseconds. */
export interface Faults {
  readonly loss: number;
  readonly duplication: number;
  /** One bit is turned. */
  readonly damage: number;
  readonly delay: number;
  /** Up to so much more for each frame: they overtake each other. */
  readonly jitter: number;
}

export const NO_FAULTS: Faults = { loss: 0, duplication: 0, damage: 0, delay: 1, jitter: 0 };

/** What is told of each frame. */
export interface LinkWatcher {
  sent(from: number, frame: Uint8Array): void;
  arrived(at: number, frame: Uint8Array): void;
}

/** A cable with two ends, 0 and 1, in virtual time. */
export class Link {
  faults: Faults;
  /** Nothing passes while it is cut. */
  cut = false;
  /** Frames that it has lost or damaged. */
  lost = 0;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #watchers: LinkWatcher[] = [];
  readonly #receivers: ((frame: Uint8Array) => void)[] = [];

  constructor(clock: VirtualClock, random: Random, faults: Faults = NO_FAULTS) {
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
  }

  watch(watcher: LinkWatcher): void {
    this.#watchers.push(watcher);
  }

  attach(end: number, receive: (frame: Uint8Array) => void): void {
    this.#receivers[end] = receive;
  }

  /** What an end gives its frames to. */
  sender(from: number): (frame: Uint8Array) => void {
    return (frame) => {
      for (const watcher of this.#watchers) watcher.sent(from, frame);
      const copies = this.#random.chance(this.faults.duplication) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) this.carry(1 - from, frame.slice());
    };
  }

  /** Lets a frame arrive at an end, or not. */
  carry(to: number, frame: Uint8Array): void {
    const { loss, damage, delay, jitter } = this.faults;
    if (this.cut || this.#random.chance(loss)) return void this.lost++;
    if (this.#random.chance(damage)) this.#damage(frame);
    this.#clock.after(delay + this.#random.next() * jitter, () => {
      for (const watcher of this.#watchers) watcher.arrived(to, frame);
      this.#receivers[to]?.(frame);
    });
  }

  #damage(frame: Uint8Array): void {
    this.lost++;
    // Nothing protects the hardware addresses of a frame; a wrong one is a lost frame or one that is not noticed.
    const at = 14 + this.#random.below(frame.length - 14);
    frame[at]! ^= 1 << this.#random.below(8);
  }
}
