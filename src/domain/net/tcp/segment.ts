import { checksumOf, pseudoHeaderSum, wordSum } from '../checksum.ts';
import { IP_PROTOCOL } from '../ipv4.ts';
import type { AddressPair } from '../udp.ts';
import { readU16, readU32, writeU16, writeU32 } from '../wire.ts';
import { decodeOptions, optionBytes, writeOptions, type TcpOptions } from './options.ts';
import type { Sequence } from './sequence.ts';

export const TCP_HEADER_BYTES = 20;

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

/** A segment (RFC 9293, 3.1). */
export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: Sequence;
  /** Of meaning with the flag ACK alone. */
  readonly acknowledgement: Sequence;
  /** FIN, SYN, RST, PSH, ACK and what else the sender has set in the lower eight bits. */
  readonly flags: number;
  /** As it is on the wire, not scaled. */
  readonly window: number;
  readonly options: TcpOptions;
  /** Shares memory with what it was read from. */
  readonly payload: Uint8Array;
}

export function has(segment: TcpSegment, flag: number): boolean {
  return (segment.flags & flag) !== 0;
}

/** How much of the sequence it takes: its bytes, and one each for SYN and FIN. */
export function sequenceLength(segment: TcpSegment): number {
  return segment.payload.length + (has(segment, SYN) ? 1 : 0) + (has(segment, FIN) ? 1 : 0);
}

/**
 * Undefined for what is cut short or damaged.
 * @param isSummed whether it has the checksum that it should have
 */
export function decodeSegment(bytes: Uint8Array, pair: AddressPair, isSummed = true): TcpSegment | undefined {
  const header = ((bytes[12] ?? 0) >>> 4) * 4;
  if (header < TCP_HEADER_BYTES || header > bytes.length) return undefined;
  if (isSummed && checksumOf(sumOf(bytes, pair)) !== 0) return undefined;
  return {
    sourcePort: readU16(bytes, 0),
    destinationPort: readU16(bytes, 2),
    sequence: readU32(bytes, 4),
    acknowledgement: readU32(bytes, 8),
    flags: bytes[13] ?? 0,
    window: readU16(bytes, 14),
    options: header > TCP_HEADER_BYTES ? decodeOptions(bytes.subarray(TCP_HEADER_BYTES, header)) : {},
    payload: bytes.subarray(header),
  };
}

/** Bytes of a segment, its header included. */
export function segmentBytes({ options, payload }: TcpSegment): number {
  return TCP_HEADER_BYTES + optionBytes(options) + payload.length;
}

/** Writes a segment to `bytes`, which has the length that `segmentBytes` gives and holds zeros. */
export function writeSegment(bytes: Uint8Array, segment: TcpSegment, pair: AddressPair): void {
  const header = bytes.length - segment.payload.length;
  writeU16(bytes, 0, segment.sourcePort);
  writeU16(bytes, 2, segment.destinationPort);
  writeU32(bytes, 4, segment.sequence);
  writeU32(bytes, 8, segment.acknowledgement);
  bytes[12] = (header / 4) << 4;
  bytes[13] = segment.flags;
  writeU16(bytes, 14, segment.window);
  if (header > TCP_HEADER_BYTES) writeOptions(bytes.subarray(TCP_HEADER_BYTES, header), segment.options);
  bytes.set(segment.payload, header);
  writeU16(bytes, 16, checksumOf(sumOf(bytes, pair)));
}

function sumOf(bytes: Uint8Array, { source, destination }: AddressPair): number {
  return wordSum(bytes, pseudoHeaderSum(source, destination, IP_PROTOCOL.tcp, bytes.length));
}
