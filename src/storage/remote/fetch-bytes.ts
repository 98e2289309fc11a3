import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { piecesOf, readAtMost, transfer, type ByteRange } from './transfer.ts';

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
    return readAtMost(limit, response, url, heard);
  });
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
