/** A sequence number: unsigned, 32 bits, after the last of which comes 0 (RFC 9293, 3.4). */
export type Sequence = number;

/** The number that lies `count` further on; `count` may be negative. */
export function advance(sequence: Sequence, count: number): Sequence {
  return (sequence + count) >>> 0;
}

/** How far it is from one to the other; negative when `to` comes first. Meaningful up to 2 GiB. */
export function distance(from: Sequence, to: Sequence): number {
  return (to - from) | 0;
}
