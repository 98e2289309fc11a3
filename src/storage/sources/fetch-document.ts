import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { join, piecesOf } from '../remote/fetch-bytes.ts';
import { connectionError, statusError } from '../remote/fetch-error.ts';
import { Silence } from '../remote/silence.ts';

/** A small file that changes at its address. */
export interface FetchedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the server says so, and lets other origins see it. */
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Milliseconds until the answer began. */
  readonly latency: number;
}

/**
 * Fetches a whole file, or finds that it is as it was: the browser's own cache asks the server with the ETag that it has
 * (`no-cache`). To send If-None-Match ourselves would need a preflight, which static hosts refuse.
 * @param limit most bytes that it may have
 * @throws AppError `source/*`, `format/invalid` when it has more
 */
export async function fetchDocument(url: string, limit: number, options: Cancellable = {}): Promise<FetchedDocument> {
  const silence = new Silence(url, options.signal);
  try {
    const begun = performance.now();
    const response = await request(url, silence);
    const latency = Math.round(performance.now() - begun);
    const refusal = statusError(url, response);
    if (refusal) throw refusal;
    const bytes = await readBody(url, response, limit, silence);
    const header = (name: string) => response.headers.get(name) ?? undefined;
    return { bytes, etag: header('ETag'), lastModified: header('Last-Modified'), latency };
  } catch (error) {
    options.signal?.throwIfAborted();
    silence.signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    const detail = `the connection broke (${String(error)}).`;
    throw new AppError('source/unreachable', { url, detail }, { cause: error });
  } finally {
    silence.dispose();
  }
}

async function request(url: string, silence: Silence): Promise<Response> {
  const { signal } = silence;
  try {
    return await fetch(url, { cache: 'no-cache', signal });
  } catch (error) {
    signal.throwIfAborted();
    silence.heard();
    throw await connectionError(url, error, { signal });
  }
}

async function readBody(
  url: string,
  response: Response,
  limit: number,
  silence: Silence,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let got = 0;
  for await (const piece of piecesOf(response)) {
    silence.heard();
    got += piece.length;
    if (got > limit) throw new AppError('format/invalid', { what: url, detail: `it is longer than ${limit} bytes` });
    pieces.push(piece);
  }
  return join(pieces, got);
}
