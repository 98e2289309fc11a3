import wasm from 'undici/lib/llhttp/llhttp-wasm.js';
import * as v from 'valibot';

type Pointer = number;

/** What llhttp finds, as it finds it. Strings come in pieces; a result other than 0 makes it stop with that number. */
export interface LlhttpCallbacks {
  status(piece: string): number;
  headerName(piece: string): number;
  headerValue(piece: string): number;
  headersComplete(status: number, keepAlive: boolean): number;
  body(bytes: Uint8Array<ArrayBuffer>): number;
  messageComplete(): number;
}

/** How far llhttp came. */
export interface LlhttpResult {
  /** 0 while all is well; else its number of an error, of a pause, or what a callback returned. */
  readonly code: number;
  /** Bytes that it took. */
  readonly taken: number;
  /** Its words for an error; empty while all is well. */
  readonly reason: string;
}

/** llhttp's numbers (`llhttp_errno_t`, `llhttp_type_t`). */
export const LLHTTP = { ok: 0, paused: 21, pausedUpgrade: 22, user: 24 } as const;
const RESPONSE = 2;
/** Bytes that are given to it at once. */
const INPUT_BYTES = 256 * 1024;

function fn<T>(): v.CustomSchema<T, undefined> {
  return v.custom<T>((value) => typeof value === 'function');
}

const Exports = v.object({
  memory: v.instance(WebAssembly.Memory),
  _initialize: fn<() => void>(),
  malloc: fn<(bytes: number) => Pointer>(),
  llhttp_alloc: fn<(type: number) => Pointer>(),
  llhttp_free: fn<(parser: Pointer) => void>(),
  llhttp_execute: fn<(parser: Pointer, data: Pointer, length: number) => number>(),
  llhttp_finish: fn<(parser: Pointer) => number>(),
  llhttp_get_error_pos: fn<(parser: Pointer) => Pointer>(),
  llhttp_get_error_reason: fn<(parser: Pointer) => Pointer>(),
  llhttp_get_http_major: fn<(parser: Pointer) => number>(),
  llhttp_get_http_minor: fn<(parser: Pointer) => number>(),
});
type Exports = v.InferOutput<typeof Exports>;

let loading: Promise<Llhttp> | undefined;

/** llhttp, compiled when it is first needed; one instance a thread is enough, as it never waits. */
export function loadLlhttp(): Promise<Llhttp> {
  loading ??= Llhttp.instantiate();
  return loading;
}

/**
 * llhttp (Node's HTTP parser, MIT): its WebAssembly, and nothing of what is done with it. It is strict: none of its leniencies
 * is ever turned on.
 */
export class Llhttp {
  readonly #exports: Exports;
  readonly #input: Pointer;
  readonly #parsers: Map<Pointer, LlhttpCallbacks>;

  private constructor(exports: Exports, parsers: Map<Pointer, LlhttpCallbacks>) {
    this.#exports = exports;
    this.#parsers = parsers;
    exports._initialize();
    this.#input = exports.malloc(INPUT_BYTES);
  }

  static async instantiate(): Promise<Llhttp> {
    const parsers = new Map<Pointer, LlhttpCallbacks>();
    let memory: WebAssembly.Memory | undefined;
    const bytes = (at: Pointer, length: number): Uint8Array<ArrayBuffer> =>
      new Uint8Array(memory?.buffer ?? new ArrayBuffer(0), at, length).slice();
    const { instance } = await WebAssembly.instantiate(wasm, { env: imports(parsers, bytes) });
    const exports = v.parse(Exports, { ...instance.exports });
    ({ memory } = exports);
    return new Llhttp(exports, parsers);
  }

  /** A parser of responses. It holds memory until it is freed. */
  open(callbacks: LlhttpCallbacks): Pointer {
    const parser = this.#exports.llhttp_alloc(RESPONSE);
    this.#parsers.set(parser, callbacks);
    return parser;
  }

  /** Gives a parser bytes, up to as many as it takes at once. */
  execute(parser: Pointer, bytes: Uint8Array): LlhttpResult {
    const piece = bytes.subarray(0, INPUT_BYTES);
    new Uint8Array(this.#exports.memory.buffer).set(piece, this.#input);
    const code = this.#exports.llhttp_execute(parser, this.#input, piece.length);
    if (code === LLHTTP.ok) return { code, taken: piece.length, reason: '' };
    const taken = this.#exports.llhttp_get_error_pos(parser) - this.#input;
    return { code, taken, reason: this.#text(this.#exports.llhttp_get_error_reason(parser)) };
  }

  /** Tells a parser that nothing more comes. @returns 0 when the message may end so */
  finish(parser: Pointer): number {
    return this.#exports.llhttp_finish(parser);
  }

  /** The version of the message's protocol, such as `1.1`. */
  version(parser: Pointer): string {
    const { llhttp_get_http_major: major, llhttp_get_http_minor: minor } = this.#exports;
    return `${major(parser)}.${minor(parser)}`;
  }

  free(parser: Pointer): void {
    if (this.#parsers.delete(parser)) this.#exports.llhttp_free(parser);
  }

  #text(at: Pointer): string {
    const memory = new Uint8Array(this.#exports.memory.buffer);
    return at === 0 ? '' : latin1(memory.subarray(at, memory.indexOf(0, at)));
  }
}

/** What its WebAssembly calls. */
function imports(
  parsers: ReadonlyMap<Pointer, LlhttpCallbacks>,
  bytes: (at: Pointer, length: number) => Uint8Array<ArrayBuffer>,
): WebAssembly.ModuleImports {
  const text = (at: Pointer, length: number): string => latin1(bytes(at, length));
  return {
    wasm_on_message_begin: () => LLHTTP.ok,
    wasm_on_url: () => LLHTTP.ok,
    wasm_on_status: (parser: Pointer, at: Pointer, length: number) => parsers.get(parser)?.status(text(at, length)),
    wasm_on_header_field: (parser: Pointer, at: Pointer, length: number) =>
      parsers.get(parser)?.headerName(text(at, length)),
    wasm_on_header_value: (parser: Pointer, at: Pointer, length: number) =>
      parsers.get(parser)?.headerValue(text(at, length)),
    wasm_on_headers_complete: (parser: Pointer, status: number, _upgrade: number, keepAlive: number) =>
      parsers.get(parser)?.headersComplete(status, keepAlive !== 0),
    wasm_on_body: (parser: Pointer, at: Pointer, length: number) => parsers.get(parser)?.body(bytes(at, length)),
    wasm_on_message_complete: (parser: Pointer) => parsers.get(parser)?.messageComplete(),
  };
}

/** A text in which each character stands for a byte. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
