import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';

/** Seconds without a byte after which a transfer counts as stalled. There is no limit on its whole length. */
const SILENCE_SECONDS = 15;

/** A run of bytes of a resource. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Fetches a whole resource of known length, or a range of it.
 * @param onBytes called with the number of bytes of each piece that arrives
 * @throws AppError `source/*`
 */
export async function fetchBytes(
  url: string,
  expected: number,
  options: Cancellable & { readonly range?: ByteRange; readonly onBytes?: (count: number) => void } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const silence = new Silence(url, options.signal);
  try {
    const response = await request(url, options.range, silence.signal);
    checkStatus(url, response, options.range);
    return await readBody(url, response, options.range?.length ?? expected, (count) => {
      silence.heard();
      options.onBytes?.(count);
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    silence.signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('source/unreachable', { url, detail: messageOf(error) }, { cause: error });
  } finally {
    silence.dispose();
  }
}

async function request(url: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Response> {
  const headers = range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {};
  return fetch(url, { headers, signal, cache: range ? 'no-store' : 'default' });
}

function checkStatus(url: string, response: Response, range: ByteRange | undefined): void {
  if (!response.ok) throw new AppError('source/http-status', { url, status: response.status });
  if (!range) return;
  if (response.status !== 206) {
    throw new AppError('source/range-ignored', {
      url,
      detail: `status ${response.status} in answer to a Range request`,
    });
  }
  // Servers that do not expose the header to other origins leave it out: then the digest alone has to tell.
  const announced = response.headers.get('Content-Range');
  const prefix = `bytes ${range.offset}-${range.offset + range.length - 1}/`;
  if (announced !== null && !announced.startsWith(prefix)) {
    throw new AppError('source/range-ignored', { url, detail: `it sent “${announced}”` });
  }
}

async function readBody(
  url: string,
  response: Response,
  expected: number,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(expected);
  let got = 0;
  for await (const piece of piecesOf(response)) {
    if (got + piece.length > expected)
      throw new AppError('source/short-body', { url, got: got + piece.length, expected });
    bytes.set(piece, got);
    got += piece.length;
    onBytes(piece.length);
  }
  if (got !== expected) throw new AppError('source/short-body', { url, got, expected });
  return bytes;
}

/** The pieces of a body. (Safari's streams have no async iterator.) */
async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Aborts a transfer that says nothing for too long, or whose caller gave up. */
class Silence {
  readonly #controller = new AbortController();
  readonly #url: string;
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#caller?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, caller: AbortSignal | undefined) {
    this.#url = url;
    this.#caller = caller;
    caller?.addEventListener('abort', this.#onAbort);
    if (caller?.aborted) this.#onAbort();
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    const error = new AppError('source/stalled', { url: this.#url, seconds: SILENCE_SECONDS });
    this.#timer = setTimeout(() => this.#controller.abort(error), SILENCE_SECONDS * 1000);
  }

  /** Hangs up, too: an answer that was refused for its headers may have a body of any length. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
