import { AppError } from '#domain/errors/index.ts';
import {
  fieldTokens,
  requestForGuest,
  responseForPage,
  withoutFields,
  type AppRoute,
  type CookieJar,
  type HeaderList,
  type RequestSite,
} from '#domain/http/index.ts';
import { HttpCache } from './cache/http-cache.ts';
import type { HttpClient } from './http/http-client.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { openWebSocket, type GuestWebSocket, type WebSocketEvents } from './websocket/websocket.ts';

export interface AppGatewayConfig {
  readonly client: HttpClient;
  /** The machine's cookies. */
  readonly jar: CookieJar;
  /** Called when the jar may have changed, so that it can be kept. */
  readonly onCookies: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Who asks for what. */
export interface PageContext {
  readonly route: AppRoute;
  readonly site: RequestSite;
  /** Fields that the user has set for the app. */
  readonly custom: HeaderList;
  readonly signal?: AbortSignal | undefined;
}

/** What a page's WebSocket asks for. */
export interface PageWebSocket {
  readonly target: string;
  /** `Origin` above all. */
  readonly headers: HeaderList;
  readonly protocols: readonly string[];
}

/** Codings that browsers undo (Compression Standard), by the names that servers use. */
const CODINGS: Readonly<Record<string, CompressionFormat>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/** Between pages and one machine's servers: what a page asks becomes what a server is asked, and its answer what a page gets. */
export class AppGateway {
  readonly #config: AppGatewayConfig;
  readonly #cache = new HttpCache();

  constructor(config: AppGatewayConfig) {
    this.#config = config;
  }

  /**
   * Answers a page's request. Cookies, addresses and codings have been seen to.
   * @throws AppError `app/*`, `net/*`; the signal's reason; what the request's body fails with
   */
  fetch(request: HttpRequest, context: PageContext): Promise<HttpResponse> {
    const headers = this.#headers(request, context);
    return this.#cache.answer(context.route.port, { ...request, headers }, (asked) => this.#ask(asked, context));
  }

  async #ask(request: HttpRequest, { route, signal }: PageContext): Promise<HttpResponse> {
    const answer = await this.#config.client.exchange(route.port, request, signal ? { signal } : {});
    const { headers: kept, setCookies, clearsCookies } = responseForPage(answer.headers, request.target, route);
    if (clearsCookies) this.#config.jar.clear();
    this.#keepCookies(setCookies, request.target, route);
    if (clearsCookies || setCookies.length > 0) this.#config.onCookies();
    return decoded({ ...answer, headers: kept }, route.port);
  }

  /**
   * Opens a page's WebSocket.
   * @throws AppError `app/bad-request`; all that fails later is an event
   */
  openWebSocket(request: PageWebSocket, context: PageContext, events: WebSocketEvents): GuestWebSocket {
    const { route, signal } = context;
    const headers = this.#headers(request, context);
    const onHead = (answer: HeaderList): void => {
      const { setCookies } = responseForPage(answer, request.target, route);
      this.#keepCookies(setCookies, request.target, route);
      if (setCookies.length > 0) this.#config.onCookies();
    };
    return openWebSocket(this.#config.client, { ...request, headers, port: route.port, signal }, { ...events, onHead });
  }

  #headers({ target, headers }: { target: string; headers: HeaderList }, context: PageContext): HeaderList {
    const { route, site, custom } = context;
    const cookies = this.#config.jar.header({ target, site, secure: isSecure(route), now: this.#config.now() });
    return requestForGuest(headers, route, { cookies, custom });
  }

  #keepCookies(fields: readonly string[], target: string, route: AppRoute): void {
    const host = new URL(route.origin).hostname;
    this.#config.jar.store(fields, { host, target, secure: isSecure(route), now: this.#config.now() });
  }
}

/** As browsers have it (Secure Contexts): what stays on this device is secure. */
function isSecure({ origin }: AppRoute): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || /(?:^|\.)localhost$|^127\./.test(hostname);
}

/**
 * Nobody undoes a coding of what a service worker answers, so it is done here. Parts of something coded stay as they are.
 * @throws AppError `app/bad-response` for a coding that was not asked for and that browsers do not know
 */
function decoded(response: HttpResponse, port: number): HttpResponse {
  const codings = fieldTokens(response.headers, 'content-encoding').filter((coding) => coding !== 'identity');
  if (codings.length === 0 || !response.body || response.status === 206) return response;
  const [coding = ''] = codings;
  const format = CODINGS[coding];
  if (codings.length > 1 || format === undefined) {
    const error = new AppError('app/bad-response', { port, detail: `it is coded as ${codings.join(', ')}` });
    void response.body.cancel(error);
    throw error;
  }
  const body = response.body.pipeThrough(new DecompressionStream(format));
  return { ...response, headers: withoutFields(response.headers, ['content-encoding', 'content-length']), body };
}
