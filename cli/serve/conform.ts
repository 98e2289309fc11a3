import type { Stats } from 'node:fs';
import type { IncomingMessage } from 'node:http';

/**
 * Puts a request's conditions so that `send` answers as HTTP demands (RFC 9110): it takes some differently.
 * @param file that will be sent
 */
export function conform({ headers, method }: IncomingMessage, file: Stats): void {
  // 13.1.2: the condition is for the server; Cache-Control is for caches on the way. Browsers send both.
  if (headers['if-none-match'] !== undefined) delete headers['cache-control'];
  // 14.2: Range is defined for GET alone; 13.1.5: if its condition fails, it counts as not there.
  if (method !== 'GET' || isStale(headers['if-range'], file)) delete headers.range;
  // 14.1.2: of a file that is shorter than the suffix, all is meant.
  const suffix = Number(/^bytes=-(\d+)$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (suffix > file.size && file.size > 0) headers.range = 'bytes=0-';
}

/** 13.1.5: a weak ETag never fits, and a date only if it is the very same. Strong ETags are left to `send`. */
function isStale(condition: string | string[] | undefined, { mtime }: Stats): boolean {
  if (typeof condition !== 'string' || condition.startsWith('"')) return false;
  return condition.startsWith('W/') || condition !== mtime.toUTCString();
}
