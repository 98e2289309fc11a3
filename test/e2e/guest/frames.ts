/** Frames of RFC 6455, as a server reads and writes them. Runs in the guest, under Node.js 18. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** An unmasked frame; all lengths in their shortest form. */
export function frame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  if (payload.length < 65_536) {
    const head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
    return Buffer.concat([head, payload]);
  }
  const head = Buffer.from([first, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

/** A close frame's content: a code, or nothing where there is none. */
export function closePayload(code: number | undefined, reason = ''): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return Buffer.concat([payload, Buffer.from(reason)]);
}

export interface ClientFrame {
  readonly isLast: boolean;
  /** The three reserved bits, where they are in the first byte. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Unmasked. */
  readonly payload: Buffer;
}

/** Takes bytes, gives frames of a client. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #length = 0;

  *read(bytes: Buffer): Generator<ClientFrame> {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    for (let next = this.#next(); next; next = this.#next()) yield next;
  }

  #next(): ClientFrame | undefined {
    const head = this.#peek(14);
    if (head.length < 2) return undefined;
    const first = head.readUInt8(0);
    const masked = head.readUInt8(1) >= 0x80;
    const short = head.readUInt8(1) & 0x7f;
    const after = short === 127 ? 10 : short === 126 ? 4 : 2;
    const begin = after + (masked ? 4 : 0);
    if (head.length < begin) return undefined;
    const size = short === 127 ? Number(head.readBigUInt64BE(2)) : short === 126 ? head.readUInt16BE(2) : short;
    if (this.#length < begin + size) return undefined;
    const all = this.#peek(this.#length);
    const payload = Buffer.from(all.subarray(begin, begin + size));
    if (masked) unmask(payload, all.subarray(after, begin));
    this.#pieces = [all.subarray(begin + size)];
    this.#length -= begin + size;
    return { isLast: first >= 0x80, reserved: first & 0x70, opcode: first & 0x0f, masked, payload };
  }

  /** The first bytes, in one piece; all pieces only become one when a whole frame is there. */
  #peek(wanted: number): Buffer {
    if ((this.#pieces[0]?.length ?? 0) < Math.min(wanted, this.#length)) this.#pieces = [Buffer.concat(this.#pieces)];
    return (this.#pieces[0] ?? Buffer.alloc(0)).subarray(0, wanted);
  }
}

function unmask(payload: Buffer, key: Buffer): void {
  for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (key[i & 3] ?? 0);
}
