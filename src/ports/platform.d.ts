/*
 * What windows, workers and Node all have and the ES library does not name. Ports speak of these and of nothing else
 * of the platform. Dependents have the full declarations from their own `lib`; this file is not seen by them.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}

/** A file, or bytes that the browser holds (w3.org/TR/FileAPI). */
interface Blob {
  /** Bytes. */
  readonly size: number;
  readonly type: string;
}

/** An end of a channel between threads (html.spec.whatwg.org, "Message channels"). */
interface MessagePort {
  close(): void;
}

/** An address (url.spec.whatwg.org). */
interface URL {
  readonly href: string;
}

/** What is asked of a server, and how, and what it answers (fetch.spec.whatwg.org). */
interface Request {
  readonly url: string;
  readonly method: string;
}
interface RequestInit {
  method?: string;
}
interface Response {
  readonly status: number;
}
