import { AppError } from '../errors/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const UNTRUSTED_COMMENT = 'untrusted comment: ';

/** Lines of a file, whatever ends them; what a text editor leaves after the last is no line. */
export function linesOf(text: string): readonly string[] {
  return text.trimEnd().split(/\r?\n/);
}

/** A file of one record: a comment that nobody vouches for, then base64. */
export function withComment(comment: string, fields: Uint8Array): string {
  return `${UNTRUSTED_COMMENT}${comment}\n${encodeBase64(fields)}\n`;
}

/** True for the line that minisign begins its files with. */
export function isComment(line: string | undefined): boolean {
  return line?.startsWith(UNTRUSTED_COMMENT) === true;
}

/**
 * Bytes of a line of base64.
 * @param what names the file in the error's text
 * @throws AppError `format/invalid` when it is not base64, or not of `length` bytes
 */
export function decodeBase64(line: string | undefined, length: number, what: string): Bytes {
  const bytes = Uint8Array.from(binary(line ?? '', what), (character) => character.charCodeAt(0));
  if (bytes.length === length) return bytes;
  throw invalid(what, `it has ${bytes.length} bytes in base64 instead of ${length}`);
}

function binary(base64: string, what: string): string {
  try {
    return atob(base64);
  } catch (cause) {
    throw new AppError('format/invalid', { what, detail: 'there is no base64 where it belongs' }, { cause });
  }
}

export function encodeBase64(bytes: Uint8Array): string {
  return btoa(text(bytes));
}

/** The characters whose codes these bytes are. */
export function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export function invalid(what: string, detail: string): AppError {
  return new AppError('format/invalid', { what, detail });
}
