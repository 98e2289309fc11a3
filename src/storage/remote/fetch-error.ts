import { AppError } from '#domain/errors/index.ts';
import { parseRetryAfter } from '#domain/retry/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';

/** Seconds to leave a server alone that wants it but does not say for how long. */
const DEFAULT_RETRY_SECONDS = 30;

/**
 * What a status means. Where the server asks to be left alone, `data.seconds` says for how long.
 * @returns undefined for a success (2xx)
 */
export function statusError(
  url: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
): AppError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const wait = parseRetryAfter(headers.get('Retry-After'), Date.now());
  const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
  if (status === 401 || status === 403) return new AppError('source/access-denied', { url, status });
  if (status === 404 || status === 410) return new AppError('source/not-found', { url, status });
  if (status === 429) {
    return new AppError('source/too-many-requests', { url, seconds: seconds ?? DEFAULT_RETRY_SECONDS });
  }
  if (status < 500) return new AppError('source/http-status', { url, status });
  return new AppError('source/server-error', { url, status, ...(seconds === undefined ? {} : { seconds }) });
}

/**
 * Why a `fetch` gave no answer. Browsers do not tell scripts, so the server may be asked up to three times more.
 * @param cause what `fetch` rejected with
 * @param options.ranged a range was asked for: browsers give up on one that comes in another encoding
 */
export async function connectionError(
  url: string,
  cause: unknown,
  options: Cancellable & { readonly ranged?: boolean } = {},
): Promise<AppError> {
  const unreachable = (detail: string) => new AppError('source/unreachable', { url, detail }, { cause });
  if (isOffline()) return unreachable('this device is offline.');
  const blocked = isMixedContent(url)
    ? 'it is http, and this page is https.'
    : (await isRefusedByCors(url, options)) && 'the server allows no other origins.';
  if (blocked !== false) return new AppError('source/blocked', { url, detail: blocked }, { cause });
  const answer = await probe(url, { redirect: 'manual' }, options);
  if (answer && redirects(answer)) return new AppError('source/redirected-endlessly', { url }, { cause });
  const encoding = answer?.headers.get('Content-Encoding') ?? 'identity';
  if (options.ranged && encoding !== 'identity') {
    return new AppError('source/wrong-encoding', { url, encoding }, { cause });
  }
  return unreachable(messageOf(cause));
}

/** Node has a navigator that says nothing about it, or none. */
function isOffline(browser: { readonly onLine?: boolean } | undefined = globalThis.navigator): boolean {
  return browser?.onLine === false;
}

/** Browsers let no https page read http, but for this machine's own servers. */
function isMixedContent(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isOwn = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === 'http:' && !isOwn && globalThis.location?.protocol === 'https:';
}

/** True when the server answers, but not to us. */
async function isRefusedByCors(url: string, options: Cancellable): Promise<boolean> {
  // Outside of browsers there is no such thing.
  const origin = globalThis.location?.origin;
  if (origin === undefined || origin === new URL(url).origin) return false;
  if (!(await probe(url, { mode: 'no-cors' }, options))) return false;
  // It may have been away for a moment only.
  return (await probe(url, { mode: 'cors', redirect: 'manual' }, options)) === undefined;
}

/** True when the server sends to another address, which then was not reached either. Browsers hide what Node shows. */
function redirects({ type, status }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

async function probe(url: string, init: RequestInit, { signal }: Cancellable): Promise<Response | undefined> {
  try {
    return await fetch(url, { ...init, method: 'HEAD', cache: 'no-store', signal: signal ?? null });
  } catch {
    return undefined;
  }
}

/** Node puts what happened into the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
