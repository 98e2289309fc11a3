import { AppError } from '#domain/errors/index.ts';
import { encodeRequestHead, withoutFields, type Header, type HeaderList } from '#domain/http/index.ts';
import type { HttpConnection } from './http-connection.ts';
import type { HttpRequest } from './message.ts';

/** Fields that say how the message is framed and what becomes of the connection: they are ours to say. */
const OURS = ['connection', 'content-length', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** Methods of which a server expects a body, so that having none is said (RFC 9110, 8.6). */
const EXPECTING = new Set(['POST', 'PUT', 'PATCH']);
const CRLF = new Uint8Array([13, 10]);
const LAST_CHUNK = new TextEncoder().encode('0\r\n\r\n');

/** Where the caller's stream fails, as against the connection. */
export class BodyFailure extends Error {
  override readonly name = 'BodyFailure';
}

/**
 * The bytes of a request up to its body.
 * @param upgrade the protocol to change to
 * @throws AppError `app/bad-request`
 */
export function headOf(request: HttpRequest, port: number, upgrade?: string): Uint8Array<ArrayBuffer> {
  const { method, target } = request;
  const given = withoutFields(request.headers, OURS);
  const host = given.some(([name]) => name.toLowerCase() === 'host') ? [] : [hostHeader(port)];
  const change: HeaderList =
    upgrade === undefined
      ? []
      : [
          ['Connection', 'Upgrade'],
          ['Upgrade', upgrade],
        ];
  return encodeRequestHead({ method, target, headers: [...host, ...given, ...framing(request), ...change] });
}

function hostHeader(port: number): Header {
  return ['Host', port === 80 ? 'localhost' : `localhost:${port}`];
}

function framing({ method, body, bodyLength }: HttpRequest): HeaderList {
  if (!body) return EXPECTING.has(method) ? [['Content-Length', '0']] : [];
  return bodyLength === undefined ? [['Transfer-Encoding', 'chunked']] : [['Content-Length', String(bodyLength)]];
}

/** Sends a request's body, piece by piece as the server takes them. */
export class BodySender {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #length: number | undefined;
  #sent = 0;
  #done = false;

  constructor(body: ReadableStream<Uint8Array>, length: number | undefined) {
    this.#reader = body.getReader();
    this.#length = length;
  }

  /** True when the server has been given all of it. */
  get done(): boolean {
    return this.#done;
  }

  /**
   * @param onProgress is called whenever the connection has taken a piece
   * @throws BodyFailure around what the body failed with; what the connection fails with
   */
  async send(connection: HttpConnection, onProgress: () => void): Promise<void> {
    for (;;) {
      const { done, value } = await this.#next();
      if (done) break;
      if (value.length === 0) continue;
      await this.#sendPiece(connection, value);
      onProgress();
    }
    if (this.#length === undefined) await connection.write(LAST_CHUNK);
    else if (this.#sent < this.#length) throw lengthMismatch(this.#sent, this.#length);
    this.#done = true;
  }

  /** Tells the body that nobody takes more of it. */
  stop(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => undefined);
  }

  async #next(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      return await this.#reader.read();
    } catch (error) {
      throw new BodyFailure('the body of the request failed', { cause: error });
    }
  }

  async #sendPiece(connection: HttpConnection, piece: Uint8Array): Promise<void> {
    this.#sent += piece.length;
    if (this.#length === undefined) {
      await connection.write(new TextEncoder().encode(`${piece.length.toString(16)}\r\n`));
      await connection.write(piece);
      await connection.write(CRLF);
      return;
    }
    if (this.#sent > this.#length) throw lengthMismatch(this.#sent, this.#length);
    this.#done = this.#sent === this.#length;
    await connection.write(piece);
  }
}

function lengthMismatch(sent: number, length: number): BodyFailure {
  const cause = new AppError('app/bad-request', { detail: `a body of ${sent} bytes announced as ${length}` });
  return new BodyFailure('the body has another length', { cause });
}
