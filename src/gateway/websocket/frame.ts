/** RFC 6455, 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type Opcode = (typeof OPCODE)[keyof typeof OPCODE];

/** Bytes that a control frame carries at most. */
export const CONTROL_BYTES = 125;
const FIN = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;

/** A frame's beginning. */
export interface FrameHeader {
  readonly final: boolean;
  readonly opcode: Opcode;
  /** Bytes that follow. */
  readonly length: number;
}

/** How a server has broken the protocol, and the code by which it is told so (RFC 6455, 7.4.1). */
export class WebSocketFault extends Error {
  override readonly name = 'WebSocketFault';
  readonly code: number;

  constructor(code: number, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A frame from a client to a server, so with its payload masked; `mask` is four bytes that the server cannot foresee. */
export function encodeFrame(
  opcode: Opcode,
  payload: Uint8Array,
  mask: Uint8Array,
  final = true,
): Uint8Array<ArrayBuffer> {
  const extra = payload.length < 126 ? 0 : payload.length < 0x1_0000 ? 2 : 8;
  const frame = new Uint8Array(6 + extra + payload.length);
  frame[0] = (final ? FIN : 0) | opcode;
  frame[1] = MASKED | (extra === 0 ? payload.length : extra === 2 ? 126 : 127);
  const view = new DataView(frame.buffer);
  if (extra === 2) view.setUint16(2, payload.length);
  if (extra === 8) view.setBigUint64(2, BigInt(payload.length));
  frame.set(mask.subarray(0, 4), 2 + extra);
  const at = 6 + extra;
  for (let index = 0; index < payload.length; index++) {
    frame[at + index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
  return frame;
}

/** Bytes of a frame's header, as far as its first bytes tell: two tell it whole. */
export function headerBytes(bytes: Uint8Array): number {
  const length = (bytes[1] ?? 0) & 0x7f;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

/**
 * A header from a server.
 * @param bytes as many as `headerBytes` says
 * @throws WebSocketFault
 */
export function decodeHeader(bytes: Uint8Array): FrameHeader {
  const [first = 0, second = 0] = bytes;
  if ((first & RESERVED) !== 0) throw new WebSocketFault(1002, 'a frame has reserved bits set');
  if ((second & MASKED) !== 0) throw new WebSocketFault(1002, 'a frame of a server is masked');
  const opcode = Object.values(OPCODE).find((known) => known === (first & 0x0f));
  if (opcode === undefined) throw new WebSocketFault(1002, `a frame has the reserved opcode ${first & 0x0f}`);
  const header = { final: (first & FIN) !== 0, opcode, length: lengthOf(bytes) };
  if (opcode < OPCODE.close) return header;
  if (!header.final) throw new WebSocketFault(1002, 'a control frame is fragmented');
  if (header.length > CONTROL_BYTES) throw new WebSocketFault(1002, 'a control frame is too long');
  return header;
}

/** @throws WebSocketFault when it is not written in the shortest way, or is beyond all bounds */
function lengthOf(bytes: Uint8Array): number {
  const short = (bytes[1] ?? 0) & 0x7f;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (short < 126) return short;
  const length = short === 126 ? BigInt(view.getUint16(2)) : view.getBigUint64(2);
  if (length < (short === 126 ? 126 : 0x1_0000)) throw new WebSocketFault(1002, 'a length is not written shortest');
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new WebSocketFault(1009, 'a frame is too long');
  return Number(length);
}
