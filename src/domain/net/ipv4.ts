import type { Ipv4Address } from './address.ts';
import { checksumOf, wordSum } from './checksum.ts';
import { ETHERNET_HEADER_BYTES } from './ethernet.ts';
import { readU16, readU32, writeU16, writeU32, type Bytes } from './wire.ts';

export const IPV4_HEADER_BYTES = 20;
/** Bytes of a frame before the payload of its IPv4 packet. */
export const HEADROOM = ETHERNET_HEADER_BYTES + IPV4_HEADER_BYTES;

export const IP_PROTOCOL = { icmp: 1, tcp: 6, udp: 17 } as const;

const VERSION = 4;
const TIME_TO_LIVE = 64;
const DO_NOT_FRAGMENT = 0x4000;
/** "More fragments" and the fragment's offset. */
const FRAGMENT_BITS = 0x3fff;

export interface Ipv4Header {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** An `IP_PROTOCOL`, or one that we do not speak. */
  readonly protocol: number;
}

export interface Ipv4Packet extends Ipv4Header {
  /** Shares memory with the packet. */
  readonly payload: Uint8Array;
  /** Whether the payload has the checksum that its protocol wants: who has sent it may have left that to a card. */
  readonly isSummed: boolean;
}

/**
 * Reads an IPv4 packet (RFC 791), which padding may follow. Options are passed over. Undefined for what is cut short or
 * damaged, and for fragments: no host on this link has a reason to make any, for both ends have the same MTU and nothing
 * lies between them, so putting fragments together would be memory and code for attackers alone.
 */
export function decodeIpv4(bytes: Uint8Array, isSummed = true): Ipv4Packet | undefined {
  const first = bytes[0] ?? 0;
  const header = (first & 0x0f) * 4;
  const total = readU16(bytes, 2);
  if (first >>> 4 !== VERSION || header < IPV4_HEADER_BYTES || total < header || total > bytes.length) return undefined;
  if (checksumOf(wordSum(bytes.subarray(0, header))) !== 0) return undefined;
  if ((readU16(bytes, 6) & FRAGMENT_BITS) !== 0) return undefined;
  return {
    source: readU32(bytes, 12),
    destination: readU32(bytes, 16),
    protocol: bytes[9] ?? 0,
    payload: bytes.subarray(header, total),
    isSummed,
  };
}

/** Writes the header of a packet whose payload is in its place. The identification is 0, as RFC 6864 has it for such. */
export function writeIpv4Header(packet: Uint8Array, { source, destination, protocol }: Ipv4Header): void {
  const header = packet.subarray(0, IPV4_HEADER_BYTES);
  header.fill(0);
  header[0] = (VERSION << 4) | (IPV4_HEADER_BYTES / 4);
  writeU16(header, 2, packet.length);
  writeU16(header, 6, DO_NOT_FRAGMENT);
  header[8] = TIME_TO_LIVE;
  header[9] = protocol;
  writeU32(header, 12, source);
  writeU32(header, 16, destination);
  writeU16(header, 10, checksumOf(wordSum(header)));
}

/** A frame in which the payload of an IPv4 packet is still to be written, from HEADROOM on. */
export function newFrame(payloadBytes: number): Bytes {
  return new Uint8Array(HEADROOM + payloadBytes);
}

/** A frame whose IPv4 packet has this payload; both headers are still to be written. */
export function frameAround(payload: Uint8Array): Bytes {
  const frame = newFrame(payload.length);
  frame.set(payload, HEADROOM);
  return frame;
}
