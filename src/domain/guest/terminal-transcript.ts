import { concatBytes } from '../bytes/index.ts';

/** Bytes kept to draw the terminal again: several screens full. */
const KEEP_BYTES = 128 * 1024;

/**
 * Questions that a program asks its terminal: drawn again, they would be answered again, and the answers typed into the
 * shell. In order: attributes, status, cursor; name; modes; keyboard; window; settings (DCS); colours (OSC); ENQ.
 */
const QUESTIONS = new RegExp(
  [
    String.raw`\x1b\[[?>=]?[0-9;]*[cnx]`,
    String.raw`\x1b\[>[0-9;]*q`,
    String.raw`\x1b\[\??[0-9;]*\$p`,
    String.raw`\x1b\[\?u`,
    String.raw`\x1b\[\d*t`,
    String.raw`\x1bP[$+]q[^\x1b]*\x1b\\`,
    String.raw`\x1b\](?:4|1\d);(?:[^\x07\x1b]*;)?\?(?:;[^\x07\x1b]*)?(?:\x07|\x1b\\)`,
    String.raw`\x05`,
  ].join('|'),
  'g',
);

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
    const text = latin1(concatBytes(this.#parts)).replaceAll(QUESTIONS, '');
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  }

  /** Cuts at the start of a line, so that no escape sequence is torn; anywhere in output that has no lines. */
  #trim(): void {
    const bytes = concatBytes(this.#parts);
    const from = bytes.length - KEEP_BYTES;
    const lineEnd = bytes.indexOf(0x0a, from);
    this.#parts = [bytes.slice(lineEnd === -1 || lineEnd > from + KEEP_BYTES / 2 ? from : lineEnd + 1)];
    this.#length = this.#parts[0]?.length ?? 0;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
