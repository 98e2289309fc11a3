import { AppError } from '#domain/errors/index.ts';
import type { HeaderList, RequestSite } from '#domain/http/index.ts';
import type { AppRequest, AppResponse, AppService } from '#ports/app-service.ts';
import { ByteChannel } from './byte-channel.ts';
import { bodyOf } from './request-body.ts';

/** Statuses whose answers have no body, whatever a server says (Fetch, "null body status"). */
const BODILESS = new Set([204, 205, 304]);

/** Which server of the machine is asked, and for what. */
export type AppDestination = Pick<AppRequest, 'origin' | 'base' | 'app' | 'port' | 'target'>;

/**
 * What a server in the guest answers to a request. Its body comes as it is read.
 * @param gone aborted when the service is no longer there
 * @throws AppError `app/*`, `net/*`, `machine/*`, `rpc/*`
 */
export async function askApp(
  service: Pick<AppService, 'exchange'>,
  request: Request,
  to: AppDestination,
  gone?: AbortSignal,
): Promise<Response> {
  const { port1, port2 } = new MessageChannel();
  const channel = new ByteChannel(port1);
  gone?.addEventListener('abort', () => channel.fail(new AppError('rpc/closed', { peer: 'machine' })));
  const { stream, length } = await bodyOf(request);
  const sending = stream ? stream.pipeTo(channel.writable) : channel.writable.close();
  // Why it failed is what the answer fails with.
  sending.catch(() => undefined);
  const wanted: AppRequest = {
    ...to,
    method: request.method,
    headers: headersOf(request, to.origin),
    hasBody: stream !== undefined,
    bodyLength: length,
    site: siteOf(request, to.origin),
  };
  return answerOf(await service.exchange(wanted, port2, { signal: request.signal }), channel);
}

function answerOf({ status, statusText, headers, body }: AppResponse, channel: ByteChannel): Response {
  const fields = headers.map(([name, value]): [string, string] => [name, value]);
  const init = { status, statusText, headers: fields };
  const isBodiless = BODILESS.has(status);
  if (body !== 'streamed') return new Response(isBodiless || body.length === 0 ? null : streamOf(body), init);
  if (isBodiless) void channel.readable.cancel();
  return new Response(isBodiless ? null : channel.readable, init);
}

/**
 * Chromium makes a blob of bytes that a service worker answers with, which the page then reads through the browser's process; a
 * stream reaches the page straight, and its answer half a millisecond and more earlier.
 */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** What a page's wish about caches is to those on the way (Fetch, "HTTP-network-or-cache fetch"). */
const CACHE_CONTROL: Readonly<Partial<Record<RequestCache, string>>> = {
  'no-cache': 'max-age=0',
  'no-store': 'no-cache',
  reload: 'no-cache',
};

/** What a service worker is not shown of a request, and a server may want to know. */
function headersOf({ headers, method, referrer, cache }: Request, origin: string): HeaderList {
  const isSafe = method === 'GET' || method === 'HEAD';
  const control = headers.has('Cache-Control') ? undefined : CACHE_CONTROL[cache];
  return [
    ...headers,
    ...(control === undefined ? [] : [['Cache-Control', control] as const]),
    ...(isSafe ? [] : [['Origin', origin] as const]),
    ...(URL.canParse(referrer) && /^https?:/.test(referrer) ? [['Referer', referrer] as const] : []),
  ];
}

function siteOf({ mode, referrer }: Request, origin: string): RequestSite {
  const isOwn = !URL.canParse(referrer) || new URL(referrer).origin === origin;
  return isOwn || mode !== 'navigate' ? 'same-site' : 'cross-site-navigation';
}
