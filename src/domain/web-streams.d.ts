/**
 * The classes of the Streams Standard (streams.spec.whatwg.org) and of cancellation (dom.spec.whatwg.org), as far as the
 * domain uses them. Every runtime has them, but TypeScript knows them only with a browser's or Node's library, which the
 * domain is kept from.
 */
interface ReadableStreamDefaultController<R = unknown> {
  enqueue(chunk: R): void;
  close(): void;
  error(reason: unknown): void;
}

declare class ReadableStream<R = unknown> {
  constructor(
    source: {
      start?(controller: ReadableStreamDefaultController<R>): void;
      pull?(controller: ReadableStreamDefaultController<R>): PromiseLike<void> | void;
      cancel?(reason: unknown): PromiseLike<void> | void;
    },
    strategy?: { readonly highWaterMark?: number },
  );
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  pipeTo(destination: WritableStream<R>, options?: { readonly preventCancel?: boolean }): Promise<void>;
}

interface WritableStreamDefaultController {
  error(reason: unknown): void;
}

declare class WritableStream<W = unknown> {
  constructor(sink: {
    start?(controller: WritableStreamDefaultController): void;
    write?(chunk: W): PromiseLike<void> | void;
    close?(): PromiseLike<void> | void;
    abort?(reason: unknown): PromiseLike<void> | void;
  });
  readonly locked: boolean;
  abort(reason?: unknown): Promise<void>;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
