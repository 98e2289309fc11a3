import type { ByteStreams } from '#ports/byte-streams.ts';
import type { Connect } from '../connect.ts';

type Read = ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;

/** A connection that carries one exchange after another. */
export class HttpConnection {
  readonly #streams: ByteStreams;
  /** A connection outlives the request that it was made for, so it has a signal of its own. */
  readonly #life: AbortController;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** A read that began while nobody used the connection. */
  #early: Promise<Read> | undefined;

  private constructor(streams: ByteStreams, life: AbortController) {
    this.#streams = streams;
    this.#life = life;
    this.#reader = streams.readable.getReader();
    this.#writer = streams.writable.getWriter();
    // Who waits for a read or a write is told of failures there.
    for (const promise of [streams.closed, this.#reader.closed, this.#writer.closed]) promise.catch(() => undefined);
  }

  /**
   * Connects to a port of the guest.
   * @param signal gives up while it connects
   * @throws AppError `net/*`; the signal's reason
   */
  static async open(connect: Connect, port: number, signal: AbortSignal): Promise<HttpConnection> {
    signal.throwIfAborted();
    const life = new AbortController();
    const giveUp = (): void => life.abort(signal.reason);
    signal.addEventListener('abort', giveUp);
    try {
      const connection = new HttpConnection(await connect(port, { signal: life.signal }), life);
      if (signal.aborted) connection.destroy(signal.reason);
      signal.throwIfAborted();
      return connection;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  read(): Promise<Read> {
    const early = this.#early;
    this.#early = undefined;
    return early ?? this.#reader.read();
  }

  /** Settles when the connection has room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
  }

  /** Calls `onUnfit` when the server ends the connection, or sends what nobody has asked for, before the next read. */
  watch(onUnfit: () => void): void {
    const early = this.#reader.read();
    this.#early = early;
    const tell = (): void => {
      if (this.#early === early) onUnfit();
    };
    early.then(tell, tell);
  }

  /** Ends it in order: nothing more is asked. */
  end(): void {
    this.#writer.close().catch(() => undefined);
    this.#reader.cancel().catch(() => undefined);
  }

  /** Breaks it off. */
  destroy(reason: unknown): void {
    this.#life.abort(reason);
    this.#writer.abort(reason).catch(() => undefined);
    this.#reader.cancel(reason).catch(() => undefined);
  }

  /**
   * Hands the streams over to another protocol, until the signal.
   * @param first what has come of it already
   */
  detach(first: Uint8Array<ArrayBuffer>, signal: AbortSignal): ByteStreams {
    const failing: ((reason: unknown) => void)[] = [];
    const readable = this.#rest(first, failing);
    const writable = new WritableStream<Uint8Array>({
      start: (controller) => void failing.push((reason) => controller.error(reason)),
      write: (bytes) => this.#writer.write(bytes),
      close: () => this.#writer.close(),
      abort: (reason) => this.#writer.abort(reason),
    });
    const breakOff = (): void => {
      for (const fail of failing) fail(signal.reason);
      this.destroy(signal.reason);
    };
    signal.addEventListener('abort', breakOff);
    const { closed } = this.#streams;
    closed.catch(() => undefined).finally(() => signal.removeEventListener('abort', breakOff));
    return { readable, writable, closed };
  }

  #rest(
    first: Uint8Array<ArrayBuffer>,
    failing: ((reason: unknown) => void)[],
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream(
      {
        start: (controller) => {
          failing.push((reason) => controller.error(reason));
          if (first.length > 0) controller.enqueue(first);
        },
        pull: async (controller) => {
          const { done, value } = await this.#reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => this.#reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }
}
