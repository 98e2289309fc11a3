import type { ErrorRecord } from '#domain/errors/index.ts';
import type { AppSettings, AppsPlace, HeaderList, RequestSite } from '#domain/http/index.ts';
import type { Cancellable } from './cancellation.ts';

/** A page's request to a server in a guest. */
export interface AppRequest extends AppsPlace {
  /** The port or the app's name, as the path names it. */
  readonly app: string;
  /** Undefined where the path has a name. */
  readonly port: number | undefined;
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
export interface AppSocketRequest extends Pick<
  AppRequest,
  'origin' | 'base' | 'app' | 'port' | 'target' | 'headers' | 'site'
> {
  readonly protocols: readonly string[];
}

/** A server's answer. */
export interface AppResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** Whole, perhaps empty; or as a stream, which then is what comes through the channel. */
  readonly body: Uint8Array<ArrayBuffer> | 'streamed';
}

/** What a machine's worker does for pages of its guest, over a port between it and the service worker of apps. */
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

/** A service worker that asks for its pages. */
export interface AppCaller {
  /** This run of it. */
  readonly asker: string;
  /** A lock of its origin that is held for as long as the machine's tab is there. */
  readonly life?: string | undefined;
}

/** Ways to a machine's servers. Every method may throw AppError `machine/*`. */
export interface AppDoor {
  /** Answers what is asked as of an `AppService` at a port, until the caller is let go. */
  openApps(end: MessagePort, caller: AppCaller): Promise<void>;
  /** Breaks off all that somebody has asked who was ended without a word or may ask no longer, and closes their ports. */
  letGo(asker: string): Promise<void>;
}

/** What the tab that runs a machine does for the service worker of apps: requests pass it by. */
export interface AppTab {
  /** Has the machine's worker answer at a port: an `AppService`. @throws AppError `app/untrusted`, `machine/*` */
  openApps(end: MessagePort): Promise<void>;
  /** Resolves when nobody answers there any more: the machine has ended here, or may not be reached. Ports do not tell. */
  ended(): Promise<void>;
}

/** A request that a server of the machine has answered, or not. */
export interface AppLogEntry {
  /** Counts up within a session. */
  readonly id: number;
  /** When it was made; milliseconds since the epoch. */
  readonly at: number;
  readonly port: number;
  readonly method: string;
  readonly target: string;
  /** Undefined while there is no answer yet, or where there will be none. */
  readonly status: number | undefined;
  /** Of the answer's body, so far. */
  readonly bytes: number;
  /** Milliseconds from the request to the end of the answer; undefined while it goes on. */
  readonly took: number | undefined;
  /** True for an answer that did not cost the guest anything. */
  readonly cached: boolean;
  /** Why there is no whole answer. */
  readonly error: ErrorRecord | undefined;
}

/** What the user sees and sets of a machine's web servers. Every method may throw AppError `machine/*`, `tab/*`. */
export interface AppDesk {
  appSettings(): Promise<readonly AppSettings[]>;
  /** Puts others in the place of all of them. @throws AppError `app/bad-settings`, `storage/*`; then the former ones hold */
  setAppSettings(settings: readonly AppSettings[]): Promise<void>;
  /** The last requests to its servers, the oldest first. */
  requests(): Promise<readonly AppLogEntry[]>;
  clearRequests(): Promise<void>;
}
