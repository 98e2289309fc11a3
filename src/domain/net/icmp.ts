import { checksumOf, wordSum } from './checksum.ts';
import { IPV4_HEADER_BYTES } from './ipv4.ts';
import { readU16, writeU16, type Bytes } from './wire.ts';

const HEADER_BYTES = 8;
const TYPES = { echoReply: 0, unreachable: 3, echoRequest: 8 } as const;
/** Bytes of a packet's payload that its sender gets back in an error (RFC 792): enough for ports and a sequence number. */
const QUOTED_BYTES = 8;

/** What a destination is unreachable for: the codes that we send. */
export const UNREACHABLE = { network: 0, host: 1, protocol: 2, port: 3 } as const;

export interface IcmpEcho {
  readonly type: 'echo-request' | 'echo-reply';
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

export interface IcmpUnreachable {
  readonly type: 'unreachable';
  /** An `UNREACHABLE`, or another one of RFC 1122, 3.2.2.1. */
  readonly code: number;
  /** The packet that could not be delivered: its header and the beginning of its payload. */
  readonly quoted: Uint8Array;
}

/** Messages of ICMP (RFC 792) that we understand. */
export type IcmpMessage = IcmpEcho | IcmpUnreachable;

/** Undefined for what is cut short, damaged or of another type. Shares memory with `bytes`. */
export function decodeIcmp(bytes: Uint8Array): IcmpMessage | undefined {
  if (bytes.length < HEADER_BYTES || checksumOf(wordSum(bytes)) !== 0) return undefined;
  const rest = bytes.subarray(HEADER_BYTES);
  const [type, code = 0] = bytes;
  if (type === TYPES.unreachable) return { type: 'unreachable', code, quoted: rest };
  if (code !== 0 || (type !== TYPES.echoRequest && type !== TYPES.echoReply)) return undefined;
  return {
    type: type === TYPES.echoRequest ? 'echo-request' : 'echo-reply',
    identifier: readU16(bytes, 4),
    sequence: readU16(bytes, 6),
    data: rest,
  };
}

export function encodeIcmp(message: IcmpMessage): Bytes {
  const rest = message.type === 'unreachable' ? message.quoted : message.data;
  const bytes = new Uint8Array(HEADER_BYTES + rest.length);
  bytes.set(rest, HEADER_BYTES);
  if (message.type === 'unreachable') {
    bytes[0] = TYPES.unreachable;
    bytes[1] = message.code;
  } else {
    bytes[0] = message.type === 'echo-request' ? TYPES.echoRequest : TYPES.echoReply;
    writeU16(bytes, 4, message.identifier);
    writeU16(bytes, 6, message.sequence);
  }
  writeU16(bytes, 2, checksumOf(wordSum(bytes)));
  return bytes;
}

/** What an error says of the packet that it answers. */
export function quote(packet: Uint8Array): Uint8Array {
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  return packet.subarray(0, Math.max(header, IPV4_HEADER_BYTES) + QUOTED_BYTES);
}
