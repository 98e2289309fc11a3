import { FieldNames } from './field-names.ts';
import { syntaxError } from './syntax-error.ts';

const [NEWLINE, COLON, HASH, SPACE, TAB, RETURN] = [0x0a, 0x3a, 0x23, 0x20, 0x09, 0x0d];
/** Field names are printable ASCII; letters differ from their capitals by this bit. */
const [FIRST_PRINTABLE, LAST_PRINTABLE, CASE_BIT] = [0x21, 0x7e, 0x20];

/** Which kind of control file it is. */
export interface Syntax {
  /** Names the file in errors. */
  readonly what: string;
  /** Whether lines that begin with # are comments. Only hand-written files such as debian/control may have them. */
  readonly comments?: boolean;
}

/** Where the stanzas are in the bytes of a file. */
export interface Scan {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The number of each stanza's first line, counted from 1. */
  readonly lines: readonly number[];
}

/**
 * Is told of a field while the stanzas are scanned: the number of its stanza, and where the rest of its first line is.
 * Fields that nobody asked for cost nothing but the look at their names.
 */
export type FieldReader = (stanza: number, start: number, end: number) => void;

/**
 * Finds the stanzas and checks their form: names, colons, no field twice, continuation lines only after a field.
 * @param readers by name of a field, in any case; told in the order of the file
 * @throws AppError format/invalid with `line`
 */
export function scanStanzas(bytes: Uint8Array, syntax: Syntax, readers: Readonly<Record<string, FieldReader>>): Scan {
  return new Scanner(bytes, syntax, readers).scan();
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #syntax: Syntax;
  readonly #readers: ReadonlyMap<number, { readonly name: string; readonly read: FieldReader }>;
  readonly #names: FieldNames;
  readonly #scan = { starts: new Array<number>(), ends: new Array<number>(), lines: new Array<number>() };
  /** Whether the line before belongs to a stanza. */
  #inside = false;
  #line = 0;

  constructor(bytes: Uint8Array, syntax: Syntax, readers: Readonly<Record<string, FieldReader>>) {
    this.#bytes = bytes;
    this.#syntax = syntax;
    this.#names = new FieldNames(bytes);
    this.#readers = new Map(
      Object.entries(readers).map(([name, read]) => [hashOf(name), { name: name.toLowerCase(), read }]),
    );
  }

  scan(): Scan {
    const bytes = this.#bytes;
    for (let [start, at] = [0, 0]; at <= bytes.length; at++) {
      if (at < bytes.length ? bytes[at] !== NEWLINE : at === start) continue;
      this.#line += 1;
      this.#readLine(start, at);
      start = at + 1;
    }
    if (this.#inside) this.#scan.ends.push(bytes.length);
    return this.#scan;
  }

  #readLine(start: number, end: number): void {
    const first = this.#bytes[start];
    if (first === SPACE || first === TAB || first === RETURN || start === end) this.#readIndented(start, end);
    else if (first === HASH && this.#syntax.comments === true) return;
    else this.#readField(start, end);
  }

  /** A line of nothing but blanks ends a stanza; any other one goes on with a field. */
  #readIndented(start: number, end: number): void {
    if (!this.#isBlank(start, end)) {
      if (!this.#inside) throw this.#error('a continuation line that no field is before');
    } else if (this.#inside) {
      this.#scan.ends.push(start);
      this.#inside = false;
    }
  }

  #isBlank(start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at];
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
    }
    return true;
  }

  #readField(start: number, end: number): void {
    if (!this.#inside) this.#beginStanza(start);
    const bytes = this.#bytes;
    let [at, hash] = [start, 0];
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === COLON || byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) break;
      hash = step(hash, byte);
    }
    const nameEnd = at;
    while (bytes[at] === SPACE || bytes[at] === TAB) at++;
    if (at >= end || bytes[at] !== COLON || nameEnd === start) throw this.#error('neither a field nor part of one');
    this.#checkNew(hash, start, nameEnd);
    const reader = this.#readers.get(hash);
    if (reader && this.#isText(start, nameEnd, reader.name)) reader.read(this.#scan.starts.length - 1, at + 1, end);
  }

  /** @param name in small letters */
  #isText(start: number, end: number, name: string): boolean {
    if (end - start !== name.length) return false;
    for (let at = 0; at < name.length; at++) {
      if (((this.#bytes[start + at] ?? 0) | CASE_BIT) !== (name.charCodeAt(at) | CASE_BIT)) return false;
    }
    return true;
  }

  #beginStanza(start: number): void {
    this.#inside = true;
    this.#scan.starts.push(start);
    this.#scan.lines.push(this.#line);
    this.#names.clear();
  }

  #checkNew(hash: number, start: number, end: number): void {
    if (!this.#names.add(hash, start, end)) throw this.#error(`“${this.#names.textOf(start, end)}” is there twice`);
  }

  #error(detail: string) {
    return syntaxError(this.#syntax.what, this.#line, detail);
  }
}

/** A hash of field names that takes no notice of case. */
function hashOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = step(hash, name.charCodeAt(at));
  return hash;
}

function step(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + (byte | CASE_BIT)) | 0;
}
