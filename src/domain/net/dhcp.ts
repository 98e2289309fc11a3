import type { Ipv4Address, MacAddress } from './address.ts';
import { readU16, readU32, readU48, writeU16, writeU32, writeU48, type Bytes } from './wire.ts';

/** Bytes before the options, which begin with a cookie. */
const FIXED_BYTES = 240;
const COOKIE_AT = 236;
const MAGIC_COOKIE = 0x63825363;
/** What BOOTP's messages have at least; some clients drop shorter ones. */
const LEAST_BYTES = 300;
const OPERATIONS = { request: 1, reply: 2 } as const;
/** Ethernet, and the length of its addresses. */
const HARDWARE = 0x0106;
const BROADCAST_FLAG = 0x8000;
const PAD = 0;
const END = 255;

/** Options (RFC 2132) that we read or send. */
export const DHCP_OPTION = {
  subnetMask: 1,
  router: 3,
  nameServer: 6,
  mtu: 26,
  requestedAddress: 50,
  leaseTime: 51,
  messageType: 53,
  server: 54,
} as const;

/** Values of the option `messageType`. */
export const DHCP_TYPE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** A message of DHCP (RFC 2131) between Ethernet hosts. */
export interface DhcpMessage {
  readonly operation: keyof typeof OPERATIONS;
  readonly transaction: number;
  /** Seconds since the client began; clients tell servers how urgent it is. */
  readonly seconds: number;
  /** True when the client cannot take answers to its own address yet. */
  readonly broadcast: boolean;
  /** The address that the client has and answers for, or 0. */
  readonly clientAddress: Ipv4Address;
  /** The address that it is given, or 0. */
  readonly yourAddress: Ipv4Address;
  readonly clientMac: MacAddress;
  /** By number, 1 to 254; values of up to 255 bytes. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

/** Undefined for what is cut short or no DHCP over Ethernet. Of an option that comes twice the parts are not put together. */
export function decodeDhcp(bytes: Uint8Array): DhcpMessage | undefined {
  if (bytes.length < FIXED_BYTES || readU32(bytes, COOKIE_AT) !== MAGIC_COOKIE) return undefined;
  const operation = operationOf(bytes[0]);
  const options = decodeOptions(bytes.subarray(FIXED_BYTES));
  if (!operation || !options || readU16(bytes, 1) !== HARDWARE) return undefined;
  return {
    operation,
    transaction: readU32(bytes, 4),
    seconds: readU16(bytes, 8),
    broadcast: (readU16(bytes, 10) & BROADCAST_FLAG) !== 0,
    clientAddress: readU32(bytes, 12),
    yourAddress: readU32(bytes, 16),
    clientMac: readU48(bytes, 28),
    options,
  };
}

export function encodeDhcp(message: DhcpMessage): Bytes {
  const optionBytes = [...message.options.values()].reduce((sum, value) => sum + 2 + value.length, 1);
  const bytes = new Uint8Array(Math.max(FIXED_BYTES + optionBytes, LEAST_BYTES));
  bytes[0] = OPERATIONS[message.operation];
  writeU16(bytes, 1, HARDWARE);
  writeU32(bytes, 4, message.transaction);
  writeU16(bytes, 8, message.seconds);
  writeU16(bytes, 10, message.broadcast ? BROADCAST_FLAG : 0);
  writeU32(bytes, 12, message.clientAddress);
  writeU32(bytes, 16, message.yourAddress);
  writeU48(bytes, 28, message.clientMac);
  writeU32(bytes, COOKIE_AT, MAGIC_COOKIE);
  encodeOptions(bytes.subarray(FIXED_BYTES), message.options);
  return bytes;
}

/** A value that is an address or a number of 32 bits. */
export function optionOfU32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  return bytes;
}

/** A value that is a number of 16 bits. */
export function optionOfU16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  writeU16(bytes, 0, value);
  return bytes;
}

/** The address that an option has; undefined where there is none. */
export function addressIn(message: DhcpMessage, option: number): Ipv4Address | undefined {
  const value = message.options.get(option);
  return value?.length === 4 ? readU32(value, 0) : undefined;
}

function decodeOptions(bytes: Uint8Array): Map<number, Uint8Array> | undefined {
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at++];
    if (code === undefined || code === END) return options;
    if (code === PAD) continue;
    const length = bytes[at++];
    if (length === undefined || at + length > bytes.length) return undefined;
    options.set(code, bytes.subarray(at, at + length));
    at += length;
  }
  return options;
}

function encodeOptions(bytes: Uint8Array, options: ReadonlyMap<number, Uint8Array>): void {
  let at = 0;
  for (const [code, value] of options) {
    bytes[at] = code;
    bytes[at + 1] = value.length;
    bytes.set(value, at + 2);
    at += 2 + value.length;
  }
  bytes[at] = END;
}

function operationOf(value: number | undefined): DhcpMessage['operation'] | undefined {
  if (value === OPERATIONS.request) return 'request';
  return value === OPERATIONS.reply ? 'reply' : undefined;
}
