import { concatBytes } from '#domain/bytes/index.ts';
import { fieldTokens, isFieldValue, type Header, type HeaderList } from '#domain/http/index.ts';
import { LLHTTP, type Llhttp, type LlhttpResult } from './llhttp.ts';

/** What a response begins with. */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** True when the connection can carry another request after this. */
  readonly keepAlive: boolean;
}

/** A step of a response, in order: heads of interim responses, one head, pieces of the body, the end. */
export type ResponseEvent =
  | { readonly type: 'interim' }
  | { readonly type: 'head'; readonly head: ResponseHead }
  | { readonly type: 'body'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** What follows belongs to another protocol. */
  | { readonly type: 'upgrade' }
  | { readonly type: 'end'; readonly trailers: HeaderList };

/** What is wrong with a response. */
export class ResponseFault extends Error {
  override readonly name = 'ResponseFault';
}

export interface ResponseParserOptions {
  /** True for the answer to HEAD, which has no body whatever it says. */
  readonly noBody: boolean;
  /** Bytes of a head, or of anything else that is not body, at most. */
  readonly headBytes: number;
}

const [LF, CR, LETTER_H] = [0x0a, 0x0d, 0x48];
/** RFC 9110, 15.2: there may be any number of interim responses. Nobody sends more. */
const MOST_INTERIM = 64;

/** One response, from bytes in pieces of any size. What RFC 9112 calls invalid or ambiguous is refused, never interpreted. */
export class ResponseParser {
  readonly #llhttp: Llhttp;
  readonly #options: ResponseParserOptions;
  readonly #pointer: number;
  #headers = new FieldCollector();
  #statusText = '';
  #status = 0;
  #interim = 0;
  #events: ResponseEvent[] = [];
  #body: Uint8Array<ArrayBuffer>[] = [];
  #fault: string | undefined;
  /** Bytes since the last event, and those of the head that is being read. */
  #idleBytes = 0;
  #collected = 0;
  #begun = false;
  #ended = false;

  constructor(llhttp: Llhttp, options: ResponseParserOptions) {
    this.#llhttp = llhttp;
    this.#options = options;
    this.#pointer = llhttp.open({
      status: (piece) => this.#collect(piece, () => (this.#statusText += piece)),
      headerName: (piece) => this.#collect(piece, () => this.#headers.name(piece)),
      headerValue: (piece) => this.#collect(piece, () => this.#headers.value(piece)),
      headersComplete: (status, keepAlive) => this.#headersComplete(status, keepAlive),
      body: (bytes) => (this.#body.push(bytes), LLHTTP.ok),
      messageComplete: () => this.#messageComplete(),
    });
  }

  /**
   * Takes bytes.
   * @returns what they tell, and those that come after the end
   * @throws ResponseFault
   */
  execute(bytes: Uint8Array): { readonly events: readonly ResponseEvent[]; readonly rest: Uint8Array } {
    let rest = bytes;
    if (!this.#begun) this.#begin(bytes);
    while (rest.length > 0 && !this.#ended) {
      const before = this.#events.length + this.#body.length;
      const result = this.#llhttp.execute(this.#pointer, rest);
      this.#throwIfWrong(result);
      const quiet = this.#events.length + this.#body.length === before;
      this.#idleBytes = quiet ? this.#idleBytes + result.taken : 0;
      if (this.#idleBytes > this.#options.headBytes) throw this.#tooLong();
      rest = rest.subarray(result.taken);
    }
    return { events: this.#takeEvents(), rest };
  }

  /** Takes the end of the connection. @returns what it tells; nothing when the response is not whole */
  finish(): readonly ResponseEvent[] {
    if (!this.#ended) this.#llhttp.finish(this.#pointer);
    return this.#takeEvents();
  }

  /** Frees what it holds. */
  dispose(): void {
    this.#llhttp.free(this.#pointer);
    this.#ended = true;
  }

  /** llhttp knows related protocols, too. It also passes over empty lines that come first. */
  #begin(bytes: Uint8Array): void {
    const first = bytes.find((byte) => byte !== CR && byte !== LF);
    this.#begun = first !== undefined;
    if (this.#begun && first !== LETTER_H) throw new ResponseFault('it does not begin with HTTP/');
  }

  #throwIfWrong({ code, reason }: LlhttpResult): void {
    if (code === LLHTTP.ok || code === LLHTTP.paused) return;
    if (code === LLHTTP.pausedUpgrade && this.#fault === undefined) return;
    throw new ResponseFault(this.#fault ?? (reason === '' ? `error ${code}` : reason));
  }

  /** Pieces of body that arrived together stay together. */
  #takeEvents(): readonly ResponseEvent[] {
    this.#endBody();
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #endBody(): void {
    const [first, ...others] = this.#body;
    if (first) this.#events.push({ type: 'body', bytes: others.length > 0 ? concatBytes(this.#body) : first });
    this.#body = [];
  }

  #collect(piece: string, add: () => void): number {
    this.#collected += piece.length;
    if (this.#collected > this.#options.headBytes) return this.#refuse(this.#tooLong().message);
    add();
    return LLHTTP.ok;
  }

  #headersComplete(status: number, keepAlive: boolean): number {
    const headers = this.#headers.take();
    const version = this.#llhttp.version(this.#pointer);
    const wrong = wrongStatus(status, this.#statusText) ?? wrongFraming(version, status, headers);
    if (wrong !== undefined) return this.#refuse(wrong);
    this.#status = status;
    const isInterim = status < 200 && status !== 101;
    if (isInterim && ++this.#interim > MOST_INTERIM) return this.#refuse('too many interim responses');
    const head = { status, statusText: this.#statusText, headers, keepAlive };
    this.#events.push(isInterim ? { type: 'interim' } : { type: 'head', head });
    this.#statusText = '';
    this.#collected = 0;
    return this.#options.noBody && !isInterim ? 1 : LLHTTP.ok;
  }

  #messageComplete(): number {
    if (this.#status < 200 && this.#status !== 101) return LLHTTP.ok;
    this.#endBody();
    this.#ended = true;
    this.#events.push(this.#status === 101 ? { type: 'upgrade' } : { type: 'end', trailers: this.#headers.take() });
    return this.#status === 101 ? LLHTTP.ok : LLHTTP.paused;
  }

  #refuse(detail: string): number {
    this.#fault = detail;
    return LLHTTP.user;
  }

  #tooLong(): ResponseFault {
    return new ResponseFault(`its headers are longer than ${this.#options.headBytes} bytes`);
  }
}

/** Puts names and values together, whose pieces end where others begin. */
class FieldCollector {
  #fields: Header[] = [];
  #name = '';
  #value: string | undefined;

  name(piece: string): void {
    if (this.#value !== undefined) this.#endField();
    this.#name += piece;
  }

  value(piece: string): void {
    this.#value = (this.#value ?? '') + piece;
  }

  take(): HeaderList {
    if (this.#name !== '') this.#endField();
    const fields = this.#fields;
    this.#fields = [];
    return fields;
  }

  #endField(): void {
    // Blanks after a value are not part of it (RFC 9112, 5.1).
    this.#fields.push([this.#name, (this.#value ?? '').replace(/[\t ]+$/, '')]);
    this.#name = '';
    this.#value = undefined;
  }
}

/** RFC 9110, 15 and RFC 9112, 4; nor can a page be given others. */
function wrongStatus(status: number, text: string): string | undefined {
  if (status < 100 || status > 599) return `its status is ${status}`;
  return isFieldValue(text) ? undefined : 'its reason has control characters';
}

/** What llhttp lets pass and a careful recipient does not (RFC 9112, 6.1 and 2.3). */
function wrongFraming(version: string, status: number, headers: HeaderList): string | undefined {
  if (version !== '1.1' && version !== '1.0') return `it speaks HTTP/${version}`;
  const codings = fieldTokens(headers, 'transfer-encoding');
  if (codings.length === 0) return undefined;
  if (version === '1.0') return 'HTTP/1.0 has no Transfer-Encoding';
  if (status < 200 || status === 204) return `an answer with status ${status} has no Transfer-Encoding`;
  if (codings.length > 1 || codings[0] !== 'chunked') return 'its Transfer-Encoding is another than chunked';
  return undefined;
}
