import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { connectionError, statusError } from './fetch-error.ts';
import { Silence } from './silence.ts';

/** A run of bytes of a resource. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface FetchOptions extends Cancellable {
  readonly range?: ByteRange;
  /** Called once, when the answer begins and is one that can be used. */
  readonly onAnswer?: () => void;
  /** Called for each piece that arrives with all bytes so far, which stay where they are. */
  readonly onBytes?: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Fetches a whole resource of known length, or a range of it.
 * @param expected length of the whole resource in bytes
 * @throws AppError `source/*`
 */
export async function fetchBytes(
  url: string,
  expected: number,
  options: FetchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return transfer(url, options, async (response, heard) => {
    checkEncoding(url, response);
    checkRange(url, response, options.range, expected);
    options.onAnswer?.();
    return readBody(url, response, options.range?.length ?? expected, (bytes) => {
      heard();
      options.onBytes?.(bytes);
    });
  });
}

/**
 * Fetches a whole resource whose length nobody knows. Hosts compress lists on their way, which does no harm here.
 * @param limit most bytes that it may have
 * @throws AppError `source/*`, `format/invalid` when it has more
 */
export async function fetchSmall(
  url: string,
  limit: number,
  options: Omit<FetchOptions, 'range' | 'onBytes'> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return transfer(url, options, async (response, heard) => {
    options.onAnswer?.();
    const pieces: Uint8Array[] = [];
    let got = 0;
    for await (const piece of piecesOf(response)) {
      heard();
      got += piece.length;
      if (got > limit) throw new AppError('format/invalid', { what: url, detail: `it has more than ${limit} bytes` });
      pieces.push(piece);
    }
    return join(pieces, got);
  });
}

async function transfer<T>(
  url: string,
  { range, signal }: FetchOptions,
  read: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  const silence = new Silence(url, signal);
  try {
    const response = await request(url, range, silence);
    const refusal = statusError(url, response);
    if (refusal) throw refusal;
    return await read(response, () => silence.heard());
  } catch (error) {
    signal?.throwIfAborted();
    silence.signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError(
      'source/unreachable',
      { url, detail: `the connection broke (${String(error)}).` },
      { cause: error },
    );
  } finally {
    silence.dispose();
  }
}

/** Nothing goes to the browser's own cache: what is verified is kept elsewhere, and the rest must not come back. */
async function request(url: string, range: ByteRange | undefined, silence: Silence): Promise<Response> {
  const headers = range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {};
  const { signal } = silence;
  try {
    return await fetch(url, { headers, signal, cache: 'no-store' });
  } catch (error) {
    signal.throwIfAborted();
    silence.heard();
    throw await connectionError(url, error, { signal, ranged: range !== undefined });
  }
}

/** Other origins see the header only where the server exposes it: then length or digest have to tell. */
function checkEncoding(url: string, { headers }: Response): void {
  const encoding = headers.get('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity') throw new AppError('source/wrong-encoding', { url, encoding });
}

function checkRange(url: string, response: Response, range: ByteRange | undefined, total: number): void {
  if (!range) return;
  if (response.status !== 206) {
    throw new AppError('source/range-ignored', {
      url,
      detail: `status ${response.status} in answer to a Range request`,
    });
  }
  // Servers that do not expose the header to other origins leave it out: then the digest alone has to tell.
  const announced = response.headers.get('Content-Range') ?? undefined;
  const span = `bytes ${range.offset}-${range.offset + range.length - 1}`;
  if (announced !== undefined && announced !== `${span}/${total}` && announced !== `${span}/*`) {
    throw new AppError('source/range-ignored', { url, detail: `it sent “${announced}”` });
  }
}

async function readBody(
  url: string,
  response: Response,
  expected: number,
  onBytes: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(expected);
  let got = 0;
  for await (const piece of piecesOf(response)) {
    if (got + piece.length > expected)
      throw new AppError('source/short-body', { url, got: got + piece.length, expected });
    bytes.set(piece, got);
    got += piece.length;
    onBytes(bytes.subarray(0, got));
  }
  if (got !== expected) throw new AppError('source/short-body', { url, got, expected });
  return bytes;
}

/** The pieces of a body. (Safari's streams have no async iterator.) */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The pieces in a row. @param length of all of them together */
export function join(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
