import { AppError } from '#domain/errors/index.ts';
import { statusOf } from '../error-status.ts';
import { isForeign } from '../is-foreign.ts';
import { LOCAL_ERROR_HEADER, LOCAL_HEADER, type LocalServer } from '../local-server.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import { routesOf, type Answer, type Handler, type Routes } from './handlers.ts';

/** Every answer is of this moment and of this page only. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  [LOCAL_HEADER]: 'api',
} as const;

export interface ApiServerOptions {
  /** Absolute URL of the app, ends with `/`: answers for what is below its `api/v1/`. */
  readonly scope: string;
  readonly sources: SourceDirectory;
  /** As in BuildInfo. */
  readonly build: string;
}

/** `/api/v1/…`: the user's sources and what they list, in JSON, for scripts of this origin and for the page itself. */
export class ApiServer implements LocalServer {
  readonly #base: string;
  readonly #routes: Routes;

  constructor({ scope, sources, build }: ApiServerOptions) {
    this.#base = new URL('api/v1/', scope).href;
    this.#routes = routesOf(sources, build);
  }

  answer(request: Request): Promise<Response> | undefined {
    return request.url.startsWith(this.#base) ? this.#answer(request) : undefined;
  }

  async #answer(request: Request): Promise<Response> {
    try {
      const answer = await this.#handlerFor(request)(request, { signal: request.signal });
      return respond(request, answer);
    } catch (error) {
      return refuse(request, AppError.from(error), this.#methodsAt(request));
    }
  }

  #handlerFor(request: Request): Handler {
    const { method, url } = request;
    if (isForeign(request)) throw new AppError('request/foreign', { url });
    const methods = this.#methodsAt(request);
    if (!methods) throw new AppError('request/not-found', { url });
    const handler = own(methods, method === 'HEAD' ? 'GET' : method);
    if (!handler) throw new AppError('request/method', { method, url, allowed: allowed(methods) });
    return handler;
  }

  #methodsAt({ url }: Request): Routes[string] | undefined {
    const { origin, pathname } = new URL(url);
    return own(this.#routes, `${origin}${pathname}`.slice(this.#base.length));
  }
}

/** Names of addresses are strangers': `constructor` is none. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function allowed(methods: Routes[string]): string {
  return Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');
}

function respond({ method }: Request, { status, body }: Answer): Response {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Response(method === 'HEAD' ? undefined : text, {
    status,
    headers: text === undefined ? { [LOCAL_HEADER]: 'api' } : HEADERS,
  });
}

function refuse({ method }: Request, error: AppError, methods: Routes[string] | undefined): Response {
  const status = statusOf(error);
  const headers = new Headers({ ...HEADERS, [LOCAL_ERROR_HEADER]: error.code });
  if (status === 405 && methods) headers.set('Allow', allowed(methods));
  return new Response(method === 'HEAD' ? undefined : JSON.stringify(error.toRecord()), { status, headers });
}
