import type { Cancellable } from '#ports/cancellation.ts';
import { readAtMost, transfer } from '../remote/transfer.ts';

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
  const begun = performance.now();
  return transfer(url, { ...options, cache: 'no-cache' }, async (response, heard) => {
    const latency = Math.round(performance.now() - begun);
    const bytes = await readAtMost(limit, response, url, heard);
    const header = (name: string) => response.headers.get(name) ?? undefined;
    return { bytes, etag: header('ETag'), lastModified: header('Last-Modified'), latency };
  });
}
