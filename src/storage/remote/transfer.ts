import { concatBytes } from '#domain/bytes/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { connectionError, statusError } from './fetch-error.ts';
import { Silence } from './silence.ts';

/** A run of bytes of a resource. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface TransferOptions extends Cancellable {
  readonly range?: ByteRange | undefined;
  /**
   * What the browser's own cache may do. `no-store`, nothing, is the default: what is verified is kept elsewhere, and the rest
   * must not come back.
   */
  readonly cache?: 'no-store' | 'no-cache';
}

/**
 * Asks a server for a resource, and ends when it has been read, or nothing was heard of it for too long.
 * @param read reads the answer, which is a good one, and says when something of it has come
 * @throws AppError `source/*`; what `read` throws
 */
export async function transfer<T>(
  url: string,
  options: TransferOptions,
  read: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const silence = new Silence(url, signal);
  try {
    const response = await request(url, options, silence);
    const refusal = statusError(url, response);
    if (refusal) throw refusal;
    return await read(response, () => silence.heard());
  } catch (error) {
    signal?.throwIfAborted();
    silence.signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    const detail = `the connection broke (${String(error)}).`;
    throw new AppError('source/unreachable', { url, detail }, { cause: error });
  } finally {
    silence.dispose();
  }
}

async function request(
  url: string,
  { range, cache = 'no-store' }: TransferOptions,
  silence: Silence,
): Promise<Response> {
  const headers = range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {};
  const { signal } = silence;
  try {
    return await fetch(url, { headers, signal, cache });
  } catch (error) {
    signal.throwIfAborted();
    silence.heard();
    throw await connectionError(url, error, { signal, ranged: range !== undefined });
  }
}

/**
 * A body whose length nobody knows.
 * @param limit most bytes that it may have
 * @param heard called for each piece
 * @throws AppError `format/invalid` when it has more
 */
export async function readAtMost(
  limit: number,
  response: Response,
  url: string,
  heard: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let got = 0;
  for await (const piece of piecesOf(response)) {
    heard();
    got += piece.length;
    if (got > limit) throw new AppError('format/invalid', { what: url, detail: `it is longer than ${limit} bytes` });
    pieces.push(piece);
  }
  return concatBytes(pieces);
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
