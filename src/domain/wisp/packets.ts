import { bytesOfString, concatBytes } from '../bytes/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const TYPE = { connect: 1, data: 2, continue: 3, close: 4, info: 5 } as const;
const STREAM_TCP = 1;
/** Type and stream. */
const HEADER_BYTES = 5;
/** An extension's number and the length of what it says of itself. */
const EXTENSION_BYTES = 5;
const EMPTY: Bytes = new Uint8Array(0);

/** Streams have numbers from 1 on; 0 is the connection itself. */
export type StreamId = number;

/** Why a stream was closed, as far as we tell them apart or say so. */
export const CLOSE_REASON = {
  /** It ended as it should, or one end wants no more of it. */
  voluntary: 0x02,
  /** Of the connection: the two ends have no common extensions. */
  incompatible: 0x04,
  invalid: 0x41,
  unreachable: 0x42,
  connectTimeout: 0x43,
  refused: 0x44,
  transferTimeout: 0x47,
  blocked: 0x48,
  throttled: 0x49,
  /** Only we say that: more has come than there is room for. */
  overrun: 0x81,
} as const;

/** The number of the extension with which a relay asks for a password. */
export const PASSWORD_EXTENSION = 2;

/** What a relay says. */
export type RelayPacket =
  | { readonly type: 'data'; readonly stream: StreamId; /** Shares memory with the message. */ readonly bytes: Bytes }
  /** So many data packets it will take now. */
  | { readonly type: 'continue'; readonly stream: StreamId; readonly room: number }
  | { readonly type: 'close'; readonly stream: StreamId; /** A `CLOSE_REASON`, or another. */ readonly reason: number }
  /** It speaks version 2 or later; the numbers of its extensions. */
  | { readonly type: 'info'; readonly extensions: readonly number[] };

/**
 * Reads a message of a relay (https://github.com/MercuryWorkshop/wisp-protocol). Undefined for what is cut short or what only we
 * would say.
 */
export function decodePacket(message: Bytes): RelayPacket | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const stream = view.getUint32(1, true);
  const payload = message.subarray(HEADER_BYTES);
  switch (view.getUint8(0)) {
    case TYPE.data:
      return { type: 'data', stream, bytes: payload };
    case TYPE.continue:
      return payload.length < 4 ? undefined : { type: 'continue', stream, room: view.getUint32(HEADER_BYTES, true) };
    case TYPE.close:
      return payload.length < 1 ? undefined : { type: 'close', stream, reason: view.getUint8(HEADER_BYTES) };
    case TYPE.info:
      return payload.length < 2 ? undefined : { type: 'info', extensions: extensionsOf(payload.subarray(2)) };
    default:
      return undefined;
  }
}

/** Asks for a TCP connection. @param host a name in ASCII, which the relay resolves, or an address */
export function connectPacket(stream: StreamId, host: string, port: number): Bytes {
  const head = Uint8Array.of(STREAM_TCP, port & 0xff, port >>> 8);
  return packet(TYPE.connect, stream, head, bytesOfString(host));
}

export function dataPacket(stream: StreamId, bytes: Uint8Array): Bytes {
  return packet(TYPE.data, stream, bytes);
}

export function closePacket(stream: StreamId, reason: number): Bytes {
  return packet(TYPE.close, stream, Uint8Array.of(reason));
}

/** We speak version 2, without extensions. */
export function infoPacket(): Bytes {
  return packet(TYPE.info, 0, Uint8Array.of(2, 0));
}

function packet(type: number, stream: StreamId, payload: Uint8Array, more: Uint8Array = EMPTY): Bytes {
  const head = new Uint8Array(HEADER_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, type);
  view.setUint32(1, stream, true);
  return concatBytes([head, payload, more]);
}

function extensionsOf(bytes: Bytes): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers: number[] = [];
  for (let at = 0; at + EXTENSION_BYTES <= bytes.length; at += EXTENSION_BYTES + view.getUint32(at + 1, true)) {
    numbers.push(view.getUint8(at));
  }
  return numbers;
}
