import { Deferred } from '#domain/async/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import * as v from 'valibot';

/**
 * Bytes that are on their way, or wait at the other end, at most: what a guest sends until the answer to a message has come through
 * two busy threads. With a quarter of it, a page had two thirds of a download's speed.
 */
const WINDOW_BYTES = 4 * 1024 * 1024;

const ErrorSchema = v.custom<ErrorRecord>((value) => typeof value === 'object' && value !== null);

/** What the two ends of a channel tell each other. */
const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('BYTES'), bytes: v.instance(Uint8Array<ArrayBuffer>) }),
  /** All has been sent. */
  v.object({ type: v.literal('END') }),
  /** What was to be sent will not come: why. */
  v.object({ type: v.literal('ABORT'), error: ErrorSchema }),
  /** So many bytes have been read. */
  v.object({ type: v.literal('READ'), bytes: v.number() }),
  /** Nobody will read any more: why. */
  v.object({ type: v.literal('CANCEL'), error: ErrorSchema }),
]);
type Message = v.InferOutput<typeof MessageSchema>;

/**
 * Bytes both ways over a MessagePort, with back-pressure; both ends have one each. Neither browsers' transferable streams
 * (not all browsers have them) nor one message for each read (slow) are needed for it.
 */
export class ByteChannel implements ByteStreams {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
  readonly closed: Promise<void>;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;

  /** @param port belongs to the channel from now on, which closes it at the end */
  constructor(port: MessagePort) {
    const post = (message: Message, move: Transferable[] = []): void => port.postMessage(message, move);
    this.#incoming = new Incoming(post);
    this.#outgoing = new Outgoing(post, (error) => this.#incoming.fail(error));
    this.readable = this.#incoming.stream;
    this.writable = this.#outgoing.stream;
    const ends = [this.#incoming.ended.promise, this.#outgoing.ended.promise];
    this.closed = Promise.all(ends).then(() => undefined);
    // Who does not look is not to be told by an "unhandled rejection".
    this.closed.catch(() => undefined);
    void Promise.allSettled(ends).then(() => port.close());
    port.addEventListener('message', ({ data }) => this.#receive(v.parse(MessageSchema, data)));
    // Where browsers tell that the other end is gone.
    port.addEventListener('close', () => this.fail(new AppError('rpc/closed', { peer: 'other end of a connection' })));
    port.start();
  }

  /** Passes all bytes on to other streams, and theirs on here. What ends or fails on one side does so on the other. */
  join(other: ByteStreams): void {
    for (const passing of [this.readable.pipeTo(other.writable), other.readable.pipeTo(this.writable)]) {
      passing.catch(() => undefined);
    }
  }

  /** Breaks off both directions on this side. */
  fail(error: AppError): void {
    this.#incoming.fail(error);
    this.#outgoing.fail(error);
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'BYTES':
        return this.#incoming.take(message.bytes);
      case 'END':
        return this.#incoming.end();
      case 'ABORT':
        return this.fail(AppError.fromRecord(message.error));
      case 'READ':
        return this.#outgoing.read(message.bytes);
      case 'CANCEL':
        return this.#outgoing.fail(AppError.fromRecord(message.error));
    }
  }
}

type Post = (message: Message, move?: Transferable[]) => void;

/** What comes. */
class Incoming {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly ended = new Deferred<void>();
  readonly #post: Post;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  /** Bytes that came and that the other end does not know to be read. */
  #waiting = 0;

  constructor(post: Post) {
    this.#post = post;
    this.stream = new ReadableStream(
      {
        start: (controller) => void (this.#controller = controller),
        pull: (controller) => this.#tellRead(controller),
        cancel: (reason) => this.#cancel(AppError.from(reason)),
      },
      { highWaterMark: WINDOW_BYTES, size: (bytes) => bytes.length },
    );
  }

  take(bytes: Uint8Array<ArrayBuffer>): void {
    this.#waiting += bytes.length;
    this.#controller?.enqueue(bytes);
  }

  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
    this.ended.resolve();
  }

  fail(error: AppError): void {
    this.#controller?.error(error);
    this.#controller = undefined;
    this.ended.reject(error);
  }

  /** The stream asks for more after each read. */
  #tellRead({ desiredSize }: ReadableStreamDefaultController): void {
    const read = this.#waiting - (WINDOW_BYTES - (desiredSize ?? WINDOW_BYTES));
    if (read <= 0) return;
    this.#waiting -= read;
    this.#post({ type: 'READ', bytes: read });
  }

  #cancel(error: AppError): void {
    this.#controller = undefined;
    this.#post({ type: 'CANCEL', error: error.toRecord() });
    this.ended.resolve();
  }
}

/** What goes. */
class Outgoing {
  readonly stream: WritableStream<Uint8Array>;
  readonly ended = new Deferred<void>();
  readonly #post: Post;
  readonly #onAborted: (error: AppError) => void;
  #controller: WritableStreamDefaultController | undefined;
  #unread = 0;
  #room = new Deferred<void>();

  constructor(post: Post, onAborted: (error: AppError) => void) {
    this.#post = post;
    this.#onAborted = onAborted;
    this.stream = new WritableStream({
      start: (controller) => this.#start(controller),
      write: (bytes) => this.#write(bytes),
      close: () => this.#end(),
      abort: (reason) => this.#abort(AppError.from(reason)),
    });
  }

  read(bytes: number): void {
    this.#unread -= bytes;
    this.#room.resolve();
  }

  fail(error: AppError): void {
    this.#controller?.error(error);
    this.#giveUp(error);
    this.ended.reject(error);
  }

  #start(controller: WritableStreamDefaultController): void {
    this.#controller = controller;
    // Aborting waits for the write that waits for room.
    controller.signal.addEventListener('abort', () => this.#giveUp(controller.signal.reason));
  }

  #giveUp(reason: unknown): void {
    this.#room.reject(reason);
    this.#room.promise.catch(() => undefined);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      while (this.#unread >= WINDOW_BYTES) await this.#hasRoom();
      const piece = bytes.slice(at, at + WINDOW_BYTES - this.#unread);
      this.#unread += piece.length;
      at += piece.length;
      this.#post({ type: 'BYTES', bytes: piece }, [piece.buffer]);
    }
  }

  async #hasRoom(): Promise<void> {
    await this.#room.promise;
    this.#room = new Deferred();
  }

  #end(): void {
    this.#post({ type: 'END' });
    this.ended.resolve();
  }

  #abort(error: AppError): void {
    this.#post({ type: 'ABORT', error: error.toRecord() });
    this.ended.reject(error);
    this.#onAborted(error);
  }
}
