import type { Ipv4Address, MacAddress } from './address.ts';
import { ETHER_TYPE } from './ethernet.ts';
import { readU16, readU32, readU48, writeU16, writeU32, writeU48, type Bytes } from './wire.ts';

const PACKET_BYTES = 28;
const HARDWARE_ETHERNET = 1;
/** Lengths of both kinds of addresses, as the packet has them in two bytes. */
const ADDRESS_LENGTHS = 0x0604;
const OPERATIONS = { request: 1, reply: 2 } as const;

/** Who has an IPv4 address on this link (RFC 826). */
export interface ArpPacket {
  readonly operation: keyof typeof OPERATIONS;
  readonly senderMac: MacAddress;
  readonly senderAddress: Ipv4Address;
  /** Of no meaning in a request. */
  readonly targetMac: MacAddress;
  readonly targetAddress: Ipv4Address;
}

/** Reads an ARP packet for IPv4 over Ethernet, which padding may follow; undefined for any other. */
export function decodeArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < PACKET_BYTES) return undefined;
  if (readU16(bytes, 0) !== HARDWARE_ETHERNET || readU16(bytes, 2) !== ETHER_TYPE.ipv4) return undefined;
  if (readU16(bytes, 4) !== ADDRESS_LENGTHS) return undefined;
  const operation = operationOf(readU16(bytes, 6));
  if (!operation) return undefined;
  return {
    operation,
    senderMac: readU48(bytes, 8),
    senderAddress: readU32(bytes, 14),
    targetMac: readU48(bytes, 18),
    targetAddress: readU32(bytes, 24),
  };
}

export function encodeArp(packet: ArpPacket): Bytes {
  const bytes = new Uint8Array(PACKET_BYTES);
  writeU16(bytes, 0, HARDWARE_ETHERNET);
  writeU16(bytes, 2, ETHER_TYPE.ipv4);
  writeU16(bytes, 4, ADDRESS_LENGTHS);
  writeU16(bytes, 6, OPERATIONS[packet.operation]);
  writeU48(bytes, 8, packet.senderMac);
  writeU32(bytes, 14, packet.senderAddress);
  writeU48(bytes, 18, packet.targetMac);
  writeU32(bytes, 24, packet.targetAddress);
  return bytes;
}

function operationOf(value: number): ArpPacket['operation'] | undefined {
  if (value === OPERATIONS.request) return 'request';
  return value === OPERATIONS.reply ? 'reply' : undefined;
}
