import { AppError } from '#domain/errors/index.ts';
import type { HeaderList } from '#domain/http/index.ts';
import { Timer } from '#domain/net/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { HttpRequest, UpgradeResult } from '../http/message.ts';
import { CLOSE, encodeClose, type CloseReason } from './close.ts';
import { CONTROL_BYTES, OPCODE, WebSocketFault } from './frame.ts';
import { FrameSender } from './frame-sender.ts';
import { checkAnswer, handshakeRequest, newKey } from './handshake.ts';
import { MessageReader, type WebSocketInput } from './message-reader.ts';

/** Which WebSocket is to be opened. */
export interface WebSocketRequest {
  readonly port: number;
  /** Path and query. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Names of protocols, the best first. */
  readonly protocols: readonly string[];
  /** Bytes of a message that is taken at most; 64 MiB where nothing is given. */
  readonly messageBytes?: number | undefined;
  /** Breaks it off. */
  readonly signal?: AbortSignal | undefined;
}

/** How a WebSocket ended (HTML: CloseEvent). */
export interface WebSocketEnd extends CloseReason {
  /** True when both sides have said so before. */
  readonly wasClean: boolean;
}

/** What happens to a WebSocket: `open`, then messages; an error if there is one; `close` at last, always, once. */
export interface WebSocketEvents {
  /** @param protocol which the server has chosen; empty for none */
  open(protocol: string): void;
  /** While the promise that it returns is open, nothing more is read: the server is made to wait. */
  message(data: string | Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** Bytes of messages have left: `bufferedAmount` is less by so many. */
  sent(bytes: number): void;
  error(error: AppError): void;
  close(end: WebSocketEnd): void;
  /** The header fields of the answer to the handshake. */
  onHead?(headers: HeaderList): void;
}

/** A page's end of a WebSocket. */
export interface GuestWebSocket {
  /** Bytes of messages that the server's side has not taken yet. */
  readonly bufferedAmount: number;
  /** Sends a message; ignored before `open` and once it closes. The bytes must not change any more. */
  send(data: string | Uint8Array): void;
  /**
   * Ends it, after all messages that were sent.
   * @throws AppError `app/bad-request` when a page may not send the code, or the reason is longer than 123 bytes
   */
  close(code?: number, reason?: string): void;
  /** Ends it because the page is gone (RFC 6455, 7.4.1: 1001). */
  leave(): void;
}

const MESSAGE_BYTES = 64 * 1024 * 1024;
/** Milliseconds in which a server answers a close frame, and ends the connection after that. */
const CLOSE_MS = 10_000;

/**
 * Opens a WebSocket to a server in the guest (RFC 6455, no extensions). All that fails later is an event.
 * @throws AppError `app/bad-request`
 */
export function openWebSocket(client: HttpClient, request: WebSocketRequest, events: WebSocketEvents): GuestWebSocket {
  const { target, headers, protocols } = request;
  const key = newKey();
  const socket = new ClientWebSocket(client, request, events);
  void socket.run(handshakeRequest(target, headers, protocols, key), key);
  return socket;
}

class ClientWebSocket implements GuestWebSocket {
  readonly #client: HttpClient;
  readonly #request: WebSocketRequest;
  readonly #events: WebSocketEvents;
  readonly #stop = new AbortController();
  readonly #timer: Timer;
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  #sender: FrameSender | undefined;
  #buffered = 0;
  #closeSent = false;
  #closeReceived: CloseReason | undefined;

  constructor(client: HttpClient, request: WebSocketRequest, events: WebSocketEvents) {
    this.#client = client;
    this.#request = request;
    this.#events = events;
    // A server that does not end the connection is not waited for.
    this.#timer = new Timer(client.clock, () =>
      this.#stop.abort(new AppError('app/silent', { port: request.port, seconds: CLOSE_MS / 1000 })),
    );
  }

  get bufferedAmount(): number {
    return this.#buffered;
  }

  send(data: string | Uint8Array): void {
    if (this.#state === 'connecting') return;
    const isText = typeof data === 'string';
    const payload = isText ? new TextEncoder().encode(data) : data;
    // What is sent too late stays counted for ever, as browsers have it.
    this.#buffered += payload.length;
    if (this.#state === 'open') this.#sender?.send(isText ? OPCODE.text : OPCODE.binary, payload);
  }

  close(code?: number, reason = ''): void {
    this.#close(closePayload(code, reason));
  }

  leave(): void {
    this.#close(encodeClose(CLOSE.leaving));
  }

  #close(payload: Uint8Array): void {
    if (this.#state === 'connecting') {
      this.#stop.abort(
        new AppError('app/no-websocket', { port: this.#request.port, detail: 'it was closed before it was open' }),
      );
    }
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#sendClose(payload);
  }

  /** From the handshake to the end. Never rejects. */
  async run(request: HttpRequest, key: string): Promise<void> {
    const { port, signal } = this.#request;
    const stopped = AbortSignal.any(signal ? [signal, this.#stop.signal] : [this.#stop.signal]);
    try {
      const result = await this.#client.upgrade(port, request, 'websocket', { signal: stopped });
      await this.#converse(await this.#accepted(result, key));
      this.#end();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#timer.dispose();
    }
  }

  /** @throws AppError `app/no-websocket` when it is none that was asked for */
  async #accepted(result: UpgradeResult, key: string): Promise<{ connection: ByteStreams; protocol: string }> {
    if (result.type === 'response') {
      const { status, headers, body } = result.response;
      void body?.cancel();
      this.#events.onHead?.(headers);
      throw this.#refused(`it answers with status ${status}`);
    }
    const { head, connection } = result;
    this.#events.onHead?.(head.headers);
    const checked = await checkAnswer(head.headers, this.#request.protocols, key);
    if ('protocol' in checked) return { connection, protocol: checked.protocol };
    const error = this.#refused(checked.wrong);
    this.#stop.abort(error);
    throw error;
  }

  async #converse({ connection, protocol }: { connection: ByteStreams; protocol: string }): Promise<void> {
    const writer = connection.writable.getWriter();
    writer.closed.catch(() => undefined);
    this.#sender = new FrameSender(writer, (bytes) => this.#onSent(bytes));
    this.#state = 'open';
    this.#events.open(protocol);
    const reader = connection.readable.getReader();
    try {
      await this.#readMessages(reader);
    } catch (error) {
      if (!(error instanceof WebSocketFault)) throw error;
      this.#fail(error);
      await this.#tellFault(error, reader, writer);
    }
    writer.close().catch(() => undefined);
  }

  async #readMessages(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const messages = new MessageReader(this.#request.messageBytes ?? MESSAGE_BYTES);
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      for (const input of messages.push(read.value)) await this.#take(input);
    }
  }

  async #take(input: WebSocketInput): Promise<void> {
    switch (input.type) {
      case 'fault':
        throw input.fault;
      case 'ping':
        return this.#sender?.pong(input.payload);
      case 'close':
        return this.#takeClose(input);
      case 'text':
        return this.#deliver(input.text);
      case 'binary':
        return this.#deliver(input.bytes);
    }
  }

  /** A page that has closed it wants to hear nothing more. */
  async #deliver(data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#state === 'open') await this.#events.message(data);
  }

  #takeClose({ code, reason }: CloseReason): void {
    this.#closeReceived = { code, reason };
    this.#timer.start(CLOSE_MS);
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#sendClose(encodeClose(code));
  }

  #sendClose(payload: Uint8Array): void {
    this.#sender?.close(payload, () => {
      this.#closeSent = true;
      if (this.#state !== 'closed') this.#timer.start(CLOSE_MS);
    });
  }

  #onSent(bytes: number): void {
    this.#buffered -= bytes;
    this.#events.sent(bytes);
  }

  #end(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#timer.dispose();
    const said = this.#closeReceived ?? { code: CLOSE.abnormal, reason: '' };
    this.#events.close({ ...said, wasClean: this.#closeReceived !== undefined && this.#closeSent });
  }

  #fail(error: unknown): void {
    if (this.#state === 'closed') return;
    const shown = this.#shown(error);
    if (!(error instanceof WebSocketFault)) this.#stop.abort(shown);
    // A connection that breaks is an end like others (RFC 6455, 7.1.5): only what is wrong is an error.
    const handshakeDone = this.#sender !== undefined;
    const isBreak = handshakeDone && ['app/cut-off', 'app/silent', 'net/reset', 'net/timeout'].includes(shown.code);
    if (!isBreak) {
      this.#closeReceived = undefined;
      this.#events.error(shown);
    }
    this.#end();
  }

  /** The server is told what it did wrong, and given time to hear it. Whatever it still says is not listened to. */
  async #tellFault(
    { code }: WebSocketFault,
    reader: ReadableStreamDefaultReader<Uint8Array>,
    writer: WritableStreamDefaultWriter<Uint8Array>,
  ): Promise<void> {
    this.#timer.start(CLOSE_MS);
    this.#sender?.close(encodeClose(code), () => void writer.close().catch(() => undefined));
    for (let read = await reader.read(); !read.done;) read = await reader.read();
  }

  #shown(error: unknown): AppError {
    if (error instanceof WebSocketFault) {
      return new AppError('app/websocket-fault', { port: this.#request.port, detail: error.message }, { cause: error });
    }
    if (error instanceof AppError) return error;
    return this.#sender
      ? new AppError('app/cut-off', { port: this.#request.port }, { cause: error })
      : AppError.from(error);
  }

  #refused(detail: string): AppError {
    return new AppError('app/no-websocket', { port: this.#request.port, detail });
  }
}

/** What HTML lets a page say. @throws AppError `app/bad-request` */
function closePayload(code: number | undefined, reason: string): Uint8Array<ArrayBuffer> {
  const allowed = code === undefined || code === CLOSE.normal || (code >= 3000 && code <= 4999);
  if (!allowed) throw new AppError('app/bad-request', { detail: `the close code ${code}` });
  const payload = encodeClose(code ?? (reason === '' ? undefined : CLOSE.normal), reason);
  if (payload.length > CONTROL_BYTES)
    throw new AppError('app/bad-request', { detail: 'the length of the close reason' });
  return payload;
}
