/** A connection to a server in the guest, as two streams of bytes. */
export interface ByteConnection {
  /** What the server sends; ends when the server has ended. Cancelling it says that nobody will read. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What is sent to the server. Aborting it breaks the connection off. */
  readonly writable: WritableStream<Uint8Array>;
  /** Settles when both directions have ended well, else rejects. */
  readonly closed: Promise<void>;
}

/**
 * Connects to a port of the guest. The signal breaks the connection off at any time, once it is open, too: nothing else gets past
 * a write that the server does not take.
 * @throws AppError `net/*`; the signal's reason
 */
export type Connect = (port: number, options: { readonly signal: AbortSignal }) => Promise<ByteConnection>;
