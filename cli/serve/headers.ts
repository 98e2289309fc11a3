import type { ServerResponse } from 'node:http';

const BLOB = /\/blobs\/sha256\/([0-9a-f]{64})$/;
/** Vite's file names: `assets/name-HASH.ext`. */
const HASHED = /\/assets\/[^/]+-[\w-]{8}\.[a-z0-9.]+$/;
const ONE_YEAR = 'public, max-age=31536000, immutable';

/** The headers of every answer. Containers may be read from pages of any origin: their bytes are checked by digest. */
export function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Accept-Ranges, Content-Length, Content-Range, ETag');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
}

/** Content named by its hash is kept forever; all else is asked for anew each time. */
export function setCachingHeaders(response: ServerResponse, path: string): void {
  const digest = BLOB.exec(path)?.[1];
  // A strong validator, so that a broken-off download goes on by If-Range.
  if (digest !== undefined) response.setHeader('ETag', `"sha256:${digest}"`);
  response.setHeader('Cache-Control', digest !== undefined || HASHED.test(path) ? ONE_YEAR : 'no-cache');
}
