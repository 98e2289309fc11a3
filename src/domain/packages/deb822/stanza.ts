import { syntaxError } from './syntax-error.ts';

const utf8 = new TextDecoder('utf-8');

/** Where a stanza is. */
export interface StanzaPlace {
  /** The file's name for errors. */
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Its first line's number, counted from 1. */
  readonly line: number;
  readonly comments?: boolean;
}

/** One stanza of a scanned file; its text is decoded when the first field is asked for. */
export class Stanza {
  readonly #place: StanzaPlace;
  #fields: ReadonlyMap<string, string> | undefined;

  constructor(place: StanzaPlace) {
    this.#place = place;
  }

  /** The bytes of the stanza as text, without the empty line after it. */
  get text(): string {
    const { bytes, start, end } = this.#place;
    return utf8.decode(bytes.subarray(start, end)).trimEnd();
  }

  /**
   * A field's value: the first line without blanks around it, and continuation lines after newlines as they are.
   * @param name in any case
   */
  get(name: string): string | undefined {
    this.#fields ??= parseFields(this.text, this.#place.comments === true);
    return this.#fields.get(name.toLowerCase());
  }

  /** A field that has to be there. @throws AppError format/invalid */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') throw this.error(`there is no ${name}`);
    return value;
  }

  /** An error about this stanza. */
  error(detail: string) {
    return syntaxError(this.#place.what, this.#place.line, detail);
  }
}

/** @param text a stanza whose form has been checked */
function parseFields(text: string, comments: boolean): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    if (comments && line.startsWith('#')) continue;
    if (/^[ \t]/.test(line)) {
      fields.set(name, `${fields.get(name) ?? ''}\n${line.trimEnd()}`);
    } else {
      const colon = line.indexOf(':');
      name = line.slice(0, colon).trimEnd().toLowerCase();
      fields.set(name, line.slice(colon + 1).trim());
    }
  }
  return fields;
}
