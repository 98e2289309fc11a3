import { AppError } from '#domain/errors/index.ts';
import type { AppRoute } from '#domain/http/index.ts';
import {
  AppGateway,
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  type PageContext,
  type WebSocketEvents,
} from '#gateway/index.ts';
import type { AppRequest, AppResponse, AppSocketRequest } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { ByteChannel, messageBytes } from '#rpc/index.ts';
import { AppBook } from './app-book.ts';
import { earlyBody } from './early-body.ts';
import type { GuestNetwork } from './guest-network.ts';
import type { Keeping } from './keeping.ts';
import { KeptCookies } from './kept-cookies.ts';
import { joinPageSocket } from './page-socket.ts';
import { RequestLog, type LoggedRequest } from './request-log.ts';

/** What the machine keeps for its servers, beyond a session. */
export interface AppKeeping {
  readonly cookies: KeptCookies;
  readonly book: AppBook;
}

/** @param keeping undefined for a machine that keeps nothing */
export async function openApps(
  machine: string,
  keeping: Keeping | undefined,
  onError: (error: unknown) => void,
): Promise<AppKeeping> {
  const cookies = await KeptCookies.open(keeping, onError);
  const settings = (await keeping?.apps()) ?? [];
  return { cookies, book: new AppBook(machine, settings, async (all) => keeping?.keepApps(all)) };
}

type Wanted = Pick<AppRequest, 'origin' | 'base' | 'app' | 'port' | 'site'>;

/** The servers of a session's guest, as pages reach them. */
export class MachineApps {
  readonly log = new RequestLog();
  readonly book: AppBook;
  readonly #machine: string;
  readonly #client: HttpClient;
  readonly #gateway: AppGateway;

  /** @param machine its id */
  constructor(machine: string, network: GuestNetwork, { cookies, book }: AppKeeping) {
    this.#machine = machine;
    this.book = book;
    this.#client = new HttpClient({ connect: (port, options) => network.connect(port, options), clock: network.clock });
    const { jar } = cookies;
    this.#gateway = new AppGateway({ client: this.#client, jar, onCookies: () => cookies.changed(), now: Date.now });
  }

  /** As `AppService.exchange`. */
  async exchange(request: AppRequest, end: MessagePort, { signal }: Cancellable = {}): Promise<AppResponse> {
    const channel = new ByteChannel(end);
    let logged: LoggedRequest | undefined;
    try {
      const route = this.#route(request);
      logged = this.log.begin({ ...request, port: route.port });
      const answer = await this.#gateway.fetch(requestOf(request, channel), this.#context(route, request, signal));
      logged.answered(answer.status, answer.isCached);
      return await respond(answer, channel, logged);
    } catch (error) {
      logged?.ended(AppError.from(error));
      void channel.writable.abort(error);
      throw error;
    }
  }

  /** As `AppService.openWebSocket`. @throws AppError `app/*` */
  openWebSocket(request: AppSocketRequest, end: MessagePort): void {
    const route = this.#route(request);
    const logged = this.log.begin({ ...request, port: route.port, method: 'GET' });
    joinPageSocket(end, (events) =>
      this.#gateway.openWebSocket(request, this.#context(route, request), noted(events, logged)),
    );
  }

  /** Breaks off all that is under way, for this reason. */
  close(reason?: AppError): void {
    this.#client.close(reason);
  }

  /** @throws AppError `app/unknown-name` */
  #route({ origin, base, app, port }: Wanted): AppRoute {
    return { origin, base, machine: this.#machine, app, port: this.book.portOf({ app, port }) };
  }

  #context(route: AppRoute, { site }: Wanted, signal?: AbortSignal): PageContext {
    return { route, site, custom: this.book.headersFor(route.port), signal };
  }
}

function requestOf({ method, target, headers, hasBody, bodyLength }: AppRequest, channel: ByteChannel): HttpRequest {
  return { method, target, headers, body: hasBody ? channel.readable : undefined, bodyLength };
}

async function respond(answer: HttpResponse, channel: ByteChannel, logged: LoggedRequest): Promise<AppResponse> {
  const { status, statusText, headers } = answer;
  const body = await earlyBody(answer);
  if (body instanceof Uint8Array) {
    logged.received(body.length);
    logged.ended();
    void channel.writable.close();
    return { status, statusText, headers, body };
  }
  // The page is told by the body itself.
  body
    .pipeThrough(counting(logged))
    .pipeTo(channel.writable)
    .then(
      () => logged.ended(),
      (error: unknown) => logged.ended(AppError.from(error)),
    );
  return { status, statusText, headers, body: 'streamed' };
}

function counting(logged: LoggedRequest): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform: (bytes, controller) => {
      logged.received(bytes.length);
      controller.enqueue(bytes);
    },
  });
}

/** Notes in the log what happens to a WebSocket. */
function noted(events: WebSocketEvents, logged: LoggedRequest): WebSocketEvents {
  return {
    open: (protocol) => {
      logged.answered(101);
      events.open(protocol);
    },
    message: (data) => {
      logged.received(messageBytes(data));
      return events.message(data);
    },
    sent: (bytes) => events.sent(bytes),
    error: (error) => {
      logged.ended(error);
      events.error(error);
    },
    close: (end) => {
      logged.ended();
      events.close(end);
    },
  };
}
