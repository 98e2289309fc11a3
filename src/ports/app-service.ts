import type { HeaderList, RequestSite } from '#domain/http/index.ts';
import type { Cancellable } from './cancellation.ts';

/** A page's request to a server in a guest. */
export interface AppRequest {
  /** The origin of apps. */
  readonly origin: string;
  /** The port or the app's name, as the path names it. */
  readonly app: string;
  readonly port: number;
  readonly method: string;
  /** Path and query, as the server has them. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
  /** Bytes of the body, where known. */
  readonly bodyLength: number | undefined;
  /** For cookies. */
  readonly site: RequestSite;
}

/** A page's WebSocket to a server in a guest. */
export interface AppSocketRequest extends Pick<AppRequest, 'origin' | 'app' | 'port' | 'target' | 'headers' | 'site'> {
  readonly protocols: readonly string[];
}

/** The head of a server's answer. */
export interface AppResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
}

/** What the tab that runs a machine does for pages of its guest, over a port between it and the service worker of apps. */
export interface AppService {
  /**
   * Passes a request on to a server in the guest. The bodies pass through `end`, the other end of which is a `ByteChannel`'s:
   * a side without a body ends its direction at once. The signal is for the time until there is an answer.
   * @throws AppError `app/*`, `net/*`, `machine/*`
   */
  exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse>;
  /**
   * Opens a WebSocket to a server in the guest, that speaks through `end` from then on, with the messages of #rpc. Whether it
   * opens is said there.
   * @throws AppError `machine/*`
   */
  openWebSocket(request: AppSocketRequest, end: MessagePort): Promise<void>;
}
