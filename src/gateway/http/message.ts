import type { HeaderList } from '#domain/http/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { ResponseHead } from './response-parser.ts';

/** A request to a server in the guest. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** How the body is framed and what becomes of the connection is added; `Host` is, where none is given. */
  readonly headers: HeaderList;
  readonly body?: ReadableStream<Uint8Array> | undefined;
  /** Bytes of the body, where known: it is sent with Content-Length then, else in chunks. */
  readonly bodyLength?: number | undefined;
}

/** A server's answer. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** As they came: repeated ones are several. */
  readonly headers: HeaderList;
  /**
   * Null when there is none. While nobody reads, the server is made to stop sending; cancelling it breaks the connection off.
   * Fails with AppError `app/bad-response`, `app/silent`, `app/cut-off`, `net/*`, or the signal's reason.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** Fields after the body; settles when the body ends, and as it ends. */
  readonly trailers: Promise<HeaderList>;
  /** True for one that was given before and is fresh: the server was not asked. */
  readonly isCached?: boolean;
}

/** What became of a request for another protocol: its connection, or an ordinary answer. */
export type UpgradeResult =
  | { readonly type: 'upgraded'; readonly head: ResponseHead; readonly connection: ByteStreams }
  | { readonly type: 'response'; readonly response: HttpResponse };

/** How long things may take, and how many there may be. */
export interface HttpLimits {
  /** Connections to a port that are used at once; further requests queue. */
  readonly connectionsPerPort: number;
  /** Milliseconds from a request, or the last piece of it that the server took, to the headers of its answer. */
  readonly headersMs: number;
  /** Milliseconds without a byte of a body that is waited for. */
  readonly silenceMs: number;
  /** Milliseconds that a connection is kept for a next request; less where the server says so. */
  readonly idleMs: number;
  /** Bytes of a response's headers. */
  readonly headBytes: number;
}

/** Six as browsers have it; event streams and WebSockets do not count. Node's servers end an idle connection after 5 s. */
export const DEFAULT_LIMITS: HttpLimits = {
  connectionsPerPort: 6,
  headersMs: 30_000,
  silenceMs: 300_000,
  idleMs: 4000,
  headBytes: 64 * 1024,
};
