import { readU16 } from './wire.ts';

/**
 * The sum of 16-bit words that the Internet checksum is made of (RFC 1071), not yet folded. An odd byte at the end counts
 * as the upper half of a word; only the last part of what is summed up may have one.
 * @param initial the sum of what comes before
 * @returns exact for parts of up to 64 KiB
 */
export function wordSum(bytes: Uint8Array, initial = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length - (bytes.length % 4);
  // Four bytes at a time: 2^16 ≡ 1 modulo 2^16 − 1, so that wider sums fold into the same one.
  let sum = initial;
  for (let at = 0; at < words; at += 4) sum += view.getUint32(at);
  for (let at = words; at < bytes.length; at += 2) sum += readU16(bytes, at);
  return sum;
}

/** The checksum for a sum: 0xffff less its folded value. That of bytes that contain their checksum is 0. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return 0xffff - folded;
}

/** What TCP and UDP sum up before their own bytes (RFC 9293, 3.1; RFC 768). */
export function pseudoHeaderSum(source: number, destination: number, protocol: number, length: number): number {
  return source + destination + protocol + length;
}
