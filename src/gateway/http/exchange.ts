import { Deferred } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { HeaderList } from '#domain/http/index.ts';
import { Timer, type Clock } from '#domain/net/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { HttpConnection } from './http-connection.ts';
import type { Llhttp } from './llhttp.ts';
import type { HttpLimits, HttpRequest, HttpResponse } from './message.ts';
import { BodyFailure, BodySender } from './request-sender.ts';
import { ResponseFault, ResponseParser, type ResponseEvent, type ResponseHead } from './response-parser.ts';

export interface ExchangeConfig {
  readonly port: number;
  readonly request: HttpRequest;
  /** The request's bytes up to its body. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly connection: HttpConnection;
  readonly llhttp: Llhttp;
  readonly clock: Clock;
  readonly limits: HttpLimits;
  readonly signal: AbortSignal;
  /** Called once, when the exchange no longer needs the connection: it can carry another request or not. */
  readonly onEnd: (reusable: boolean, head: ResponseHead | undefined) => void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** One request and its response on one connection. */
export class Exchange {
  readonly #config: ExchangeConfig;
  readonly #parser: ResponseParser;
  readonly #sender: BodySender | undefined;
  readonly #watchdog: Timer;
  readonly #trailers = new Deferred<HeaderList>();
  readonly #onAbort = (): void => this.#fail(this.#config.signal.reason);
  #head: ResponseHead | undefined;
  /** Pieces of the body that have come and were not asked for yet. */
  readonly #pieces: Bytes[] = [];
  #rest: Bytes = new Uint8Array(0);
  #received = false;
  #state: 'open' | 'whole' | 'upgraded' | 'failed' = 'open';
  #failure: unknown;
  /** What sending failed with: the server may have answered before. */
  #sendFailure: { readonly error: unknown } | undefined;
  #failBody: (error: unknown) => void = () => undefined;

  constructor(config: ExchangeConfig) {
    const { request, llhttp, clock, limits } = config;
    this.#config = config;
    this.#parser = new ResponseParser(llhttp, { noBody: request.method === 'HEAD', headBytes: limits.headBytes });
    this.#sender = request.body && new BodySender(request.body, request.bodyLength);
    this.#watchdog = new Timer(clock, () => this.#fail(this.#tooLate()));
    this.#trailers.promise.catch(() => undefined);
  }

  /** True when the connection ended before a byte of an answer came, and for no reason on this side. */
  get stale(): boolean {
    return this.#state === 'failed' && !this.#received && isConnectionEnd(this.#failure);
  }

  /**
   * Sends the request and waits for the head of the answer.
   * @throws AppError `app/*`, `net/*`; the signal's reason; what the request's body fails with
   */
  async response(): Promise<HttpResponse> {
    const head = await this.#exchangeHeads();
    if (this.#state === 'upgraded') throw this.#fault(this.#bad('it changes to a protocol that was not asked for'));
    return this.#respond(head);
  }

  /** The same, for a request that asks for another protocol. */
  async upgrade(): Promise<{ head: ResponseHead; connection: ByteStreams } | { response: HttpResponse }> {
    const head = await this.#exchangeHeads();
    if (this.#state !== 'upgraded') return { response: this.#respond(head) };
    this.#settle();
    this.#config.onEnd(false, head);
    return { head, connection: this.#config.connection.detach(this.#rest, this.#config.signal) };
  }

  async #exchangeHeads(): Promise<ResponseHead> {
    const { head, signal, limits } = this.#config;
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
    this.#watchdog.start(limits.headersMs);
    void this.#send(head);
    while (!this.#head) await this.#receive();
    this.#watchdog.stop();
    return this.#head;
  }

  async #send(head: Bytes): Promise<void> {
    try {
      await this.#config.connection.write(head);
      await this.#sender?.send(this.#config.connection, () => this.#progress());
      this.#progress();
    } catch (error) {
      this.#sender?.stop(error);
      if (error instanceof BodyFailure) this.#fail(error.cause);
      else this.#sendFailure = { error };
    }
  }

  /** A server that takes bytes is not silent. */
  #progress(): void {
    const { headersMs, silenceMs } = this.#config.limits;
    if (this.#watchdog.running) this.#watchdog.start(this.#head ? silenceMs : headersMs);
  }

  /** Waits for bytes and takes them in. @throws what the exchange has failed with */
  async #receive(): Promise<void> {
    const events = await this.#nextEvents().catch((error: unknown) => {
      throw this.#fault(this.#ofServer(error));
    });
    for (const event of events) this.#take(event);
  }

  #throwIfFailed(): void {
    if (this.#state === 'failed') throw this.#failure;
  }

  async #nextEvents(): Promise<readonly ResponseEvent[]> {
    this.#throwIfFailed();
    const { done, value } = await this.#config.connection.read();
    this.#throwIfFailed();
    if (!done) return this.#parse(value);
    const events = this.#parser.finish();
    if (events.some(({ type }) => type === 'end')) return events;
    if (this.#sendFailure) throw this.#sendFailure.error;
    throw new AppError('app/cut-off', { port: this.#config.port });
  }

  #parse(bytes: Bytes): readonly ResponseEvent[] {
    this.#received = true;
    const { events, rest } = this.#parser.execute(bytes);
    this.#rest = rest.slice();
    return events;
  }

  #take(event: ResponseEvent): void {
    switch (event.type) {
      case 'interim':
        return this.#progress();
      case 'head':
        this.#head = event.head;
        return;
      case 'body':
        this.#pieces.push(event.bytes);
        return;
      case 'upgrade':
        this.#state = 'upgraded';
        return;
      case 'end':
        return this.#complete(event.trailers);
    }
  }

  #respond({ status, statusText, headers }: ResponseHead): HttpResponse {
    const empty = this.#state === 'whole' && this.#pieces.length === 0;
    const body = empty ? null : this.#body();
    return { status, statusText, headers, body, trailers: this.#trailers.promise };
  }

  #body(): ReadableStream<Bytes> {
    return new ReadableStream(
      {
        start: (controller) => void (this.#failBody = (error) => controller.error(error)),
        pull: (controller) => this.#pull(controller),
        cancel: (reason) => this.#fail(reason ?? new AppError('net/aborted', { address: `port ${this.#config.port}` })),
      },
      // Bytes wait in the connection, which makes the server wait.
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    while (this.#pieces.length === 0 && this.#state === 'open') {
      this.#watchdog.start(this.#config.limits.silenceMs);
      await this.#receive();
    }
    this.#watchdog.stop();
    const piece = this.#pieces.shift();
    if (piece) controller.enqueue(piece);
    if (this.#pieces.length === 0 && this.#state === 'whole') controller.close();
  }

  #complete(trailers: HeaderList): void {
    const sent = this.#sender?.done !== false && this.#sendFailure === undefined;
    this.#state = 'whole';
    this.#settle();
    if (!sent) this.#dropRequest();
    this.#trailers.resolve(trailers);
    this.#config.onEnd(sent && this.#head?.keepAlive === true && this.#rest.length === 0, this.#head);
  }

  /** An answer that does not wait for the request is an answer: the rest is not wanted, and might never be taken. */
  #dropRequest(): void {
    const reason = new AppError('app/cut-off', { port: this.#config.port });
    this.#sender?.stop(reason);
    this.#config.connection.destroy(reason);
  }

  /** Ends the exchange and the connection with it. */
  #fail(error: unknown): void {
    if (this.#state === 'whole' || this.#state === 'failed') return;
    this.#state = 'failed';
    this.#failure = error;
    this.#settle();
    this.#config.connection.destroy(error);
    this.#sender?.stop(error);
    this.#trailers.reject(error);
    this.#failBody(error);
    this.#config.onEnd(false, this.#head);
  }

  /** Fails with an error, or has failed before. @returns what it failed with */
  #fault(error: unknown): unknown {
    this.#fail(error);
    return this.#failure;
  }

  #settle(): void {
    this.#watchdog.dispose();
    this.#parser.dispose();
    this.#config.signal.removeEventListener('abort', this.#onAbort);
  }

  #ofServer(error: unknown): unknown {
    if (error instanceof ResponseFault) return this.#bad(error.message);
    if (error instanceof AppError || this.#state === 'failed') return error;
    return new AppError('app/cut-off', { port: this.#config.port }, { cause: error });
  }

  #bad(detail: string): AppError {
    return new AppError('app/bad-response', { port: this.#config.port, detail });
  }

  #tooLate(): AppError {
    const { port, limits } = this.#config;
    if (this.#head) return new AppError('app/silent', { port, seconds: limits.silenceMs / 1000 });
    return new AppError('app/no-answer', { port, seconds: limits.headersMs / 1000 });
  }
}

function isConnectionEnd(error: unknown): boolean {
  return error instanceof AppError && ['app/cut-off', 'net/reset', 'net/timeout', 'net/aborted'].includes(error.code);
}
