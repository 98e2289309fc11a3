/**
 * WebSockets as streams (websockets.spec.whatwg.org, WebSocketStream), which hold the other end back while nobody reads. Chromium
 * has them; TypeScript's library does not know them.
 */
declare class WebSocketStream {
  constructor(url: string, options?: { readonly signal?: AbortSignal });
  readonly opened: Promise<{
    readonly readable: ReadableStream<string | Uint8Array<ArrayBuffer> | ArrayBuffer>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  }>;
  readonly closed: Promise<{ readonly closeCode: number; readonly reason: string }>;
  close(): void;
}
