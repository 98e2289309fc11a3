import type { Ipv4Address } from './address.ts';
import { checksumOf, pseudoHeaderSum, wordSum } from './checksum.ts';
import { IP_PROTOCOL } from './ipv4.ts';
import { readU16, writeU16, type Bytes } from './wire.ts';

const HEADER_BYTES = 8;

/** A datagram (RFC 768). */
export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/** The addresses that a packet goes between; its checksum includes them. */
export interface AddressPair {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
}

/**
 * Undefined for what is cut short or damaged; a datagram may have no checksum. Shares memory with `bytes`.
 * @param isSummed whether it has the one that it should have
 */
export function decodeUdp(bytes: Uint8Array, pair: AddressPair, isSummed = true): UdpDatagram | undefined {
  const length = readU16(bytes, 4);
  if (length < HEADER_BYTES || length > bytes.length) return undefined;
  const datagram = bytes.subarray(0, length);
  if (isSummed && readU16(bytes, 6) !== 0 && checksumOf(sumOf(datagram, pair)) !== 0) return undefined;
  return {
    sourcePort: readU16(bytes, 0),
    destinationPort: readU16(bytes, 2),
    payload: datagram.subarray(HEADER_BYTES),
  };
}

export function encodeUdp({ sourcePort, destinationPort, payload }: UdpDatagram, pair: AddressPair): Bytes {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  writeU16(bytes, 0, sourcePort);
  writeU16(bytes, 2, destinationPort);
  writeU16(bytes, 4, bytes.length);
  bytes.set(payload, HEADER_BYTES);
  // 0 would say that there is none.
  writeU16(bytes, 6, checksumOf(sumOf(bytes, pair)) || 0xffff);
  return bytes;
}

function sumOf(bytes: Uint8Array, { source, destination }: AddressPair): number {
  return wordSum(bytes, pseudoHeaderSum(source, destination, IP_PROTOCOL.udp, bytes.length));
}
