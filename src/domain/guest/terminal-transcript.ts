/** Bytes kept to draw the terminal again: several screens full. */
const KEEP_BYTES = 128 * 1024;

/**
 * Questions that a program asks its terminal (cursor position, device attributes, colours, size):
 * drawn again, they would be answered again, and the answers typed into the shell.
 */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
const QUESTIONS = /\x1b\[[?>=]?[0-9;]*[cnx]|\x1b\](?:4;\d+|1[0-9]);\?(?:\x07|\x1b\\)|\x1b\[\d*t|\x05/g;

/** The last output of a terminal, as the bytes that draw it again. */
export class TerminalTranscript {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(bytes?: Uint8Array<ArrayBuffer>) {
    if (bytes && bytes.length > 0) this.add(bytes);
  }

  /** Takes over `bytes`, which must not change from then on. */
  add(bytes: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length > 2 * KEEP_BYTES) this.#trim();
  }

  /** What draws the terminal again, without questions. */
  replay(): Uint8Array<ArrayBuffer> {
    const text = latin1(this.#joined()).replaceAll(QUESTIONS, '');
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Cuts at the start of a line, so that no escape sequence is torn. */
  #trim(): void {
    const bytes = this.#joined();
    const from = bytes.indexOf(0x0a, bytes.length - KEEP_BYTES) + 1;
    this.#parts = [bytes.slice(from === 0 ? bytes.length - KEEP_BYTES : from)];
    this.#length = this.#parts[0]?.length ?? 0;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
