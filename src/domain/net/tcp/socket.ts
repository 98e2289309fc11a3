import { Deferred, Wakeup } from '../../async/index.ts';
import type { Bytes } from '../wire.ts';
import type { ConnectionEvents, TcpConnection } from './connection.ts';

/** Bytes of a chunk of `readable` at most. */
const CHUNK_BYTES = 256 * 1024;

/** A TCP connection as two streams of bytes that can be ended apart from each other. */
export interface TcpSocket {
  /**
   * What the other end sends, in pieces of any size. While nobody reads, the other end is made to stop sending. Ends when the
   * other end has ended; fails with AppError `net/reset`, `net/timeout`, `net/aborted` or `net/closed` or with the signal's reason, after what
   * came before. Cancelling it says that nobody will read: bytes that still come then reset the connection.
   */
  readonly readable: ReadableStream<Bytes>;
  /**
   * What is sent to the other end: bytes are copied. A write is done when there is room for more; closing, when the other end's
   * system has acknowledged everything. Aborting it resets the connection. Fails as `readable` does.
   */
  readonly writable: WritableStream<Uint8Array>;
  /** Settles when both ends have ended well, else rejects as the streams fail. */
  readonly closed: Promise<void>;
}

/** How a connection ended: with an error, of whatever kind, or well. */
type Ending = { readonly failed: true; readonly error: unknown } | { readonly failed: false };

/** The two streams over a connection. */
export class ConnectionStreams implements TcpSocket {
  readonly readable: ReadableStream<Bytes>;
  readonly writable: WritableStream<Uint8Array>;
  readonly closed: Promise<void>;
  readonly #connection: TcpConnection;
  readonly #closed = Deferred.unobserved<void>();
  readonly #input = new Wakeup();
  readonly #output = new Wakeup();
  #ending: Ending | undefined;
  /** Make the streams fail at once, where nobody is waiting in them. */
  #failReadable: (error: unknown) => void = () => undefined;
  #failWritable: (error: unknown) => void = () => undefined;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
    this.closed = this.#closed.promise;
    this.readable = new ReadableStream(
      {
        start: (controller) => void (this.#failReadable = (error) => controller.error(error)),
        pull: (controller) => this.#pull(controller),
        cancel: () => connection.ignoreInput(),
      },
      // Bytes wait in the connection, whose window tells the other end.
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream({
      start: (controller) => void (this.#failWritable = (error) => controller.error(error)),
      write: (chunk) => this.#write(chunk),
      close: () => this.#close(),
      abort: (reason) => connection.abort(reason),
    });
  }

  /** The connection's events, as far as they concern open streams. */
  readonly events: Pick<ConnectionEvents, 'readable' | 'writable' | 'ended'> = {
    readable: () => this.#input.wake(),
    writable: () => this.#output.wake(),
    ended: (error) => this.#end(error),
  };

  /** Resets the connection; both streams fail with `reason` at once, whatever came before. */
  abort(reason: unknown): void {
    this.#connection.abort(reason);
    this.#failReadable(reason);
  }

  #end(error: unknown): void {
    this.#ending = error === undefined ? { failed: false } : { failed: true, error };
    if (this.#ending.failed) {
      this.#closed.reject(error);
      this.#failWritable(error);
    } else {
      this.#closed.resolve();
    }
    this.#input.wake();
    this.#output.wake();
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    for (;;) {
      const bytes = this.#connection.read(CHUNK_BYTES);
      if (bytes.length > 0) return controller.enqueue(bytes);
      if (this.#connection.inputEnded) return controller.close();
      if (this.#ending?.failed === true) return controller.error(this.#ending.error);
      await this.#input.next();
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      this.#throwIfEnded();
      at += this.#connection.write(chunk.subarray(at));
      if (at < chunk.length) await this.#output.next();
    }
  }

  async #close(): Promise<void> {
    this.#connection.finish();
    while (!this.#connection.outputDone) {
      this.#throwIfEnded();
      await this.#output.next();
    }
  }

  #throwIfEnded(): void {
    if (this.#ending?.failed === true) throw this.#ending.error;
  }
}
