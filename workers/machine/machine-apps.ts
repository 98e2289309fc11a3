import { AppGateway, HttpClient, type HttpRequest, type HttpResponse } from '#gateway/index.ts';
import type { AppRequest, AppResponse, AppSocketRequest } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { ByteChannel } from '#rpc/index.ts';
import type { GuestNetwork } from './guest-network.ts';
import type { KeptCookies } from './kept-cookies.ts';
import { joinPageSocket } from './page-socket.ts';

/** The servers of a session's guest, as pages reach them. */
export class MachineApps {
  readonly #machine: string;
  readonly #client: HttpClient;
  readonly #gateway: AppGateway;

  /** @param machine its id */
  constructor(machine: string, network: GuestNetwork, cookies: KeptCookies) {
    this.#machine = machine;
    this.#client = new HttpClient({ connect: (port, options) => network.connect(port, options), clock: network.clock });
    this.#gateway = new AppGateway({
      client: this.#client,
      jar: cookies.jar,
      onCookies: () => cookies.changed(),
      now: Date.now,
    });
  }

  /** As `AppService.exchange`. */
  async exchange(request: AppRequest, end: MessagePort, { signal }: Cancellable = {}): Promise<AppResponse> {
    const channel = new ByteChannel(end);
    const { origin, app, port, site } = request;
    const route = { origin, machine: this.#machine, app, port };
    try {
      const answer = await this.#gateway.fetch(requestOf(request, channel), { route, site, custom: [], signal });
      return respond(answer, channel);
    } catch (error) {
      void channel.writable.abort(error);
      throw error;
    }
  }

  /** As `AppService.openWebSocket`. */
  openWebSocket({ origin, app, port, site, ...request }: AppSocketRequest, end: MessagePort): void {
    const route = { origin, machine: this.#machine, app, port };
    joinPageSocket(end, (events) => this.#gateway.openWebSocket(request, { route, site, custom: [] }, events));
  }

  /** Breaks off all that is under way. */
  close(): void {
    this.#client.close();
  }
}

function requestOf({ method, target, headers, hasBody, bodyLength }: AppRequest, channel: ByteChannel): HttpRequest {
  return { method, target, headers, body: hasBody ? channel.readable : undefined, bodyLength };
}

function respond({ status, statusText, headers, body }: HttpResponse, channel: ByteChannel): AppResponse {
  const sending = body ? body.pipeTo(channel.writable) : channel.writable.close();
  // The page is told by the body itself.
  sending.catch(() => undefined);
  return { status, statusText, headers, hasBody: body !== null };
}
