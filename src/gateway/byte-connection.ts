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
 * Connects to a port of the guest.
 * @throws AppError `net/*`; the signal's reason
 */
export type Connect = (port: number, options: { readonly signal: AbortSignal }) => Promise<ByteConnection>;
