import { concatBytes } from '#domain/bytes/index.ts';
import { fieldTokens, fieldValue, withoutFields, type Header, type HeaderList } from '#domain/http/index.ts';
import CachePolicy from 'http-cache-semantics';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { LeastRecentlyUsed } from './least-recently-used.ts';

/** Bytes that all answers take that are kept for one machine, and that one of them takes at most. */
const [ALL_BYTES, ANSWER_BYTES] = [32 * 1024 * 1024, 8 * 1024 * 1024];

/** What a browser's own cache would do by guess, it asks about instead: whoever builds an app wants to see what they changed. */
const OPTIONS: CachePolicy.Options = { shared: false, cacheHeuristic: 0, trustServerDate: false };

/** A request that names what it has already, or a part that it wants, is answered by the server itself. */
const OWN_CONDITIONS = ['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range'];
const OF_BODY = [
  'content-encoding',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
];
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

type Bytes = Uint8Array<ArrayBuffer>;
type Ask = (request: HttpRequest) => Promise<HttpResponse>;

interface CachedAnswer {
  readonly policy: CachePolicy;
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly body: Bytes;
  readonly bytes: number;
}

/** Answers of a machine's servers that may be given again (RFC 9111), so that a page's files do not cost the guest twice. */
export class HttpCache {
  readonly #answers = new LeastRecentlyUsed<CachedAnswer>(ALL_BYTES);

  /**
   * The answer to a request: a kept one if it is fresh or if the server says that it holds still, else what the server answers.
   * @param ask asks the server
   * @throws what `ask` throws
   */
  async answer(port: number, request: HttpRequest, ask: Ask): Promise<HttpResponse> {
    const key = `${port}${request.target}`;
    if (request.method === 'GET' && !OWN_CONDITIONS.some((name) => isThere(request.headers, name))) {
      return this.#get(key, request, ask);
    }
    const response = await ask(request);
    // RFC 9111, 4.4.
    if (!SAFE.has(request.method) && response.status < 400) this.#answers.delete(key);
    return response;
  }

  async #get(key: string, request: HttpRequest, ask: Ask): Promise<HttpResponse> {
    const kept = this.#answers.get(key);
    if (!kept || wantsNew(request)) return this.#keep(key, request, await ask(request));
    const evaluated = kept.policy.evaluateRequest(policyRequest(request));
    if (!evaluated.revalidation) return { ...responseOf(kept, evaluated.response.headers), isCached: true };
    const conditions = Object.entries(evaluated.revalidation.headers).filter(([name]) => name.startsWith('if-'));
    const headers = [...request.headers, ...conditions.map(([name, value]): Header => [name, String(value)])];
    const response = await ask({ ...request, headers });
    if (response.status !== 304) return this.#keep(key, request, response);
    return this.#renew(key, request, kept, response);
  }

  /** It holds still. */
  #renew(key: string, request: HttpRequest, kept: CachedAnswer, response: HttpResponse): HttpResponse {
    void response.body?.cancel();
    const headers = renewed(kept.headers, response.headers);
    const policy = new CachePolicy(policyRequest(request), policyResponse({ ...kept, headers }), OPTIONS);
    const answer = { ...kept, headers, policy };
    this.#answers.set(key, answer);
    return responseOf(answer, policy.responseHeaders());
  }

  /** Passes an answer on, and keeps what of it may be kept once it is whole. */
  #keep(key: string, request: HttpRequest, response: HttpResponse): HttpResponse {
    this.#answers.delete(key);
    const policy = new CachePolicy(policyRequest(request), policyResponse(response), OPTIONS);
    if (response.status !== 200 || !response.body || !isWorthKeeping(policy, response)) return response;
    const { status, statusText, headers } = response;
    const onWhole = (body: Bytes): void => {
      this.#answers.set(key, { policy, status, statusText, headers, body, bytes: body.length });
    };
    return { ...response, body: response.body.pipeThrough(collecting(onWhole)) };
  }
}

/** RFC 9111, 3.2. What a server says of a body with an answer that has none is not taken, as browsers have it. */
function renewed(kept: HeaderList, said: HeaderList): HeaderList {
  const news = withoutFields(said, OF_BODY);
  return [
    ...withoutFields(
      kept,
      news.map(([name]) => name),
    ),
    ...news,
  ];
}

/** A page that wants nothing of caches, as one that is loaded anew past them. */
function wantsNew({ headers }: HttpRequest): boolean {
  return fieldTokens(headers, 'cache-control').includes('no-cache');
}

/** What is neither fresh for a while nor can be asked about is of no use. */
function isWorthKeeping(policy: CachePolicy, { headers }: HttpResponse): boolean {
  if (!policy.storable() || Number(fieldValue(headers, 'content-length') ?? 0) > ANSWER_BYTES) return false;
  return policy.timeToLive() > 0 || isThere(headers, 'etag') || isThere(headers, 'last-modified');
}

/** Calls `onWhole` with all bytes that have passed, unless they are too many. */
function collecting(onWhole: (body: Bytes) => void): TransformStream<Bytes, Bytes> {
  const pieces: Bytes[] = [];
  let length = 0;
  return new TransformStream({
    transform: (piece, controller) => {
      length += piece.length;
      if (length <= ANSWER_BYTES) pieces.push(piece.slice());
      else pieces.length = 0;
      controller.enqueue(piece);
    },
    flush: () => {
      if (length <= ANSWER_BYTES) onWhole(concatBytes(pieces));
    },
  });
}

/** @param current header fields as they are now: with its age, and what the server has said since */
function responseOf({ status, statusText, headers, body }: CachedAnswer, current: CachePolicy.Headers): HttpResponse {
  const changed = Object.entries(current).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const fields = changed.map(([name, value]): Header => [name, Array.isArray(value) ? value.join(', ') : value]);
  const others = withoutFields(headers, [...fields.map(([name]) => name), 'content-length']);
  const stream = new ReadableStream<Bytes>({
    start: (controller) => {
      if (body.length > 0) controller.enqueue(body.slice());
      controller.close();
    },
  });
  return { status, statusText, headers: [...others, ...fields], body: stream, trailers: Promise.resolve([]) };
}

function policyRequest({ method, target, headers }: HttpRequest): CachePolicy.Request {
  return { method, url: target, headers: policyHeaders(headers) };
}

function policyResponse({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>): CachePolicy.Response {
  return { status, headers: policyHeaders(headers) };
}

/** Values of repeated fields in one, as a list (RFC 9110, 5.3). */
function policyHeaders(headers: HeaderList): CachePolicy.Headers {
  const result: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    result[key] = key in result ? `${result[key]}, ${value}` : value;
  }
  return result;
}

function isThere(headers: HeaderList, name: string): boolean {
  return headers.some(([key]) => key.toLowerCase() === name);
}
