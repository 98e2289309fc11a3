import type { AppError, ErrorCode } from '#domain/errors/index.ts';

const STATUSES: Partial<Record<ErrorCode, number>> = {
  'request/invalid': 400,
  'source/bad-address': 400,
  'request/foreign': 403,
  'request/not-found': 404,
  'source/unknown': 404,
  'content/not-found': 404,
  'container/unavailable': 404,
  'request/method': 405,
  'source/embedded': 409,
  'storage/unavailable': 503,
  'source/stalled': 504,
  'storage/full': 507,
};

/** What an error is in HTTP. What other servers did wrong is that of a gateway (502). */
export function statusOf({ code }: AppError): number {
  return STATUSES[code] ?? (/^(?:source|format|chunk|container)\//.test(code) ? 502 : 500);
}
