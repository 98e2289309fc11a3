import type { Ipv4Address } from '../address.ts';
import type { Sequence } from './sequence.ts';

/** The two addresses of a connection. */
export interface ConnectionPath {
  readonly localAddress: Ipv4Address;
  readonly localPort: number;
  readonly remoteAddress: Ipv4Address;
  readonly remotePort: number;
}

/** Numbers per millisecond: one every 4 µs. */
const PACE = 250;

/**
 * First sequence numbers as RFC 6528 has them: a clock, so that a connection begins beyond an earlier one between the same
 * ports, plus a keyed hash of addresses and ports, so that nobody can tell one connection's from another's.
 */
export class InitialSequences {
  readonly #key: readonly [number, number];

  /** @param random gives unpredictable unsigned 32-bit numbers */
  constructor(random: () => number) {
    this.#key = [random(), random()];
  }

  /** @param now milliseconds */
  next(path: ConnectionPath, now: number): Sequence {
    const ports = (path.localPort << 16) | path.remotePort;
    const hash = halfSipHash(this.#key, [path.localAddress, path.remoteAddress, ports]);
    return (hash + Math.floor(now * PACE)) >>> 0;
  }
}

/** HalfSipHash-2-4 (Aumasson, Bernstein): 64 bits of key, 32 of result, for a message of whole words. */
function halfSipHash([k0, k1]: readonly [number, number], words: readonly number[]): number {
  const state = [k0, k1, k0 ^ 0x6c796765, k1 ^ 0x74656462];
  for (const word of [...words, (words.length * 4) << 24]) {
    state[3] = at(state, 3) ^ word;
    rounds(state, 2);
    state[0] = at(state, 0) ^ word;
  }
  state[2] = at(state, 2) ^ 0xff;
  rounds(state, 4);
  return at(state, 1) ^ at(state, 3);
}

function rounds(state: number[], count: number): void {
  let [a, b, c, d] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
  for (let i = 0; i < count; i++) {
    a = (a + b) | 0;
    b = rotate(b, 5) ^ a;
    a = rotate(a, 16);
    c = (c + d) | 0;
    d = rotate(d, 8) ^ c;
    a = (a + d) | 0;
    d = rotate(d, 7) ^ a;
    c = (c + b) | 0;
    b = rotate(b, 13) ^ c;
    c = rotate(c, 16);
  }
  state.splice(0, 4, a, b, c, d);
}

function at(state: readonly number[], index: number): number {
  return state[index] ?? 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
