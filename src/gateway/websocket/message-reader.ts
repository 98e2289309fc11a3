import { concatBytes } from '#domain/bytes/index.ts';
import { decodeClose, type CloseReason } from './close.ts';
import { decodeHeader, headerBytes, OPCODE, WebSocketFault, type FrameHeader } from './frame.ts';

/** What a server says. */
export type WebSocketInput =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'binary'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'ping'; readonly payload: Uint8Array<ArrayBuffer> }
  | ({ readonly type: 'close' } & CloseReason)
  | { readonly type: 'fault'; readonly fault: WebSocketFault };

/** Puts a server's messages together, from bytes in pieces of any size. Nothing is said after a close frame or a fault. */
export class MessageReader {
  readonly #limit: number;
  /** Bytes of a header that is not whole. */
  #header = new Uint8Array(0);
  #frame: FrameHeader | undefined;
  #left = 0;
  #control: Uint8Array[] = [];
  #message: PartialMessage | undefined;
  #closed = false;

  /** @param limit bytes of a message at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes bytes. @returns what they say, in order */
  push(bytes: Uint8Array): readonly WebSocketInput[] {
    const inputs: WebSocketInput[] = [];
    try {
      this.#read(bytes, inputs);
    } catch (error) {
      if (!(error instanceof WebSocketFault)) throw error;
      this.#closed = true;
      inputs.push({ type: 'fault', fault: error });
    }
    return inputs;
  }

  #read(bytes: Uint8Array, inputs: WebSocketInput[]): void {
    for (let rest = bytes; !this.#closed;) {
      const taken = this.#frame ? this.#takePayload(rest, this.#frame, inputs) : this.#takeHeader(rest);
      rest = rest.subarray(taken);
      // A frame without payload is whole with its header.
      if (rest.length === 0 && !(this.#frame && this.#left === 0)) break;
    }
  }

  #takeHeader(bytes: Uint8Array): number {
    const known = this.#header.length;
    const all = concatBytes([this.#header, bytes.subarray(0, 10 - known)]);
    const needed = all.length < 2 ? 2 : headerBytes(all);
    if (all.length < needed) {
      this.#header = all;
      return bytes.length;
    }
    this.#header = new Uint8Array(0);
    this.#beginFrame(decodeHeader(all.subarray(0, needed)));
    return needed - known;
  }

  #beginFrame(frame: FrameHeader): void {
    this.#frame = frame;
    this.#left = frame.length;
    if (frame.opcode >= OPCODE.close) return;
    if (frame.opcode === OPCODE.continuation && !this.#message) {
      throw new WebSocketFault(1002, 'a message goes on that has not begun');
    }
    if (frame.opcode !== OPCODE.continuation) {
      if (this.#message) throw new WebSocketFault(1002, 'a message begins within another');
      this.#message = new PartialMessage(frame.opcode === OPCODE.text, this.#limit);
    }
    this.#message?.expect(frame.length);
  }

  #takePayload(bytes: Uint8Array, frame: FrameHeader, inputs: WebSocketInput[]): number {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.length;
    if (frame.opcode >= OPCODE.close) this.#control.push(piece.slice());
    else this.#message?.add(piece);
    if (this.#left === 0) this.#endFrame(frame, inputs);
    return piece.length;
  }

  #endFrame({ opcode, final }: FrameHeader, inputs: WebSocketInput[]): void {
    this.#frame = undefined;
    if (opcode >= OPCODE.close) return this.#endControl(opcode, inputs);
    if (!final || !this.#message) return;
    inputs.push(this.#message.end());
    this.#message = undefined;
  }

  #endControl(opcode: number, inputs: WebSocketInput[]): void {
    const payload = concatBytes(this.#control);
    this.#control = [];
    if (opcode === OPCODE.ping) inputs.push({ type: 'ping', payload });
    if (opcode !== OPCODE.close) return;
    this.#closed = true;
    inputs.push({ type: 'close', ...decodeClose(payload) });
  }
}

/** A message of which not all frames have come. A text that cannot become UTF-8 any more fails at once. */
class PartialMessage {
  readonly #decoder: TextDecoder | undefined;
  readonly #limit: number;
  #size = 0;
  #text = '';
  #pieces: Uint8Array[] = [];

  constructor(isText: boolean, limit: number) {
    this.#decoder = isText ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }) : undefined;
    this.#limit = limit;
  }

  /** Refuses a frame that is too much before it comes. */
  expect(length: number): void {
    this.#size += length;
    if (this.#size > this.#limit) throw new WebSocketFault(1009, `a message is longer than ${this.#limit} bytes`);
  }

  add(piece: Uint8Array): void {
    if (this.#decoder) this.#text += decode(this.#decoder, piece, true);
    else this.#pieces.push(piece.slice());
  }

  end(): WebSocketInput {
    if (!this.#decoder) return { type: 'binary', bytes: concatBytes(this.#pieces) };
    return { type: 'text', text: this.#text + decode(this.#decoder, new Uint8Array(0), false) };
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new WebSocketFault(1007, 'a text is not UTF-8');
  }
}
