import { setTimeout as sleep } from 'node:timers/promises';
import { Duplex } from 'node:stream';

/** A slow link, shared by all who use it. */
export interface LinkSpeed {
  /** Milliseconds until the first byte of an answer can be there; a new connection costs as much once more. */
  readonly roundTrip: number;
  /** Bytes a second, of all answers together. */
  readonly bytesPerSecond: number;
}

/** Largest piece that one answer sends before another has its turn. */
const PIECE_BYTES = 8 * 1024;
/** What the link may catch up at once: timers are late by a millisecond or two, a real link is not. */
const BURST_MS = 20;

/** A link of limited speed, as a token bucket. */
export class Link {
  readonly speed: LinkSpeed;
  #busyUntil = 0;

  constructor(speed: LinkSpeed) {
    this.speed = speed;
  }

  /** Resolves when `bytes` more have passed. Who asks first is served first. */
  async carry(bytes: number): Promise<void> {
    const now = performance.now();
    const start = Math.max(this.#busyUntil, now - BURST_MS);
    this.#busyUntil = start + (bytes / this.speed.bytesPerSecond) * 1000;
    const wait = this.#busyUntil - now;
    if (wait > 0) await sleep(wait);
  }

  /** A stream whose bytes pass over this link. */
  stream(): Duplex {
    const carry = this.carry.bind(this);
    return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
      for await (const bytes of source) {
        for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
          const piece = bytes.subarray(at, at + PIECE_BYTES);
          await carry(piece.length);
          yield piece;
        }
      }
    });
  }
}
