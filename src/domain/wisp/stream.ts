import { Deferred, Wakeup } from '../async/index.ts';
import { AppError } from '../errors/index.ts';
import { Timer, type Clock, type TcpSocket } from '../net/index.ts';
import { CLOSE_REASON, type StreamId } from './packets.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a data packet at most: relays count packets, so they should not be small. */
const PACKET_BYTES = 64 * 1024;
/**
 * Milliseconds in which a relay tells that a connection cannot be made. It need not tell that one is made, so then it counts
 * as made.
 */
const GRACE_MS = 250;
/**
 * Milliseconds of silence after which a stream is closed whose guest sends no more. The protocol cannot say so of one direction,
 * and closing takes the other one away, too; as long as Linux waits for the other end of a connection that nobody has any more.
 */
const HALF_CLOSED_MS = 60_000;

/** What a stream needs of its connection. */
export interface StreamOwner {
  readonly clock: Clock;
  /** Sends bytes as one packet. */
  send(id: StreamId, bytes: Uint8Array): void;
  /** Resolves when the way to the relay has room for more. */
  room(): Promise<void>;
  /** The guest has taken some of what came for it. */
  taken(stream: WispStream): void;
  /** Tells the relay that nobody wants it any more. */
  close(stream: WispStream, reason: number): void;
}

/** One of the guest's connections, as a stream of the relay's. */
export class WispStream implements TcpSocket {
  readonly id: StreamId;
  readonly readable: ReadableStream<Bytes>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #owner: StreamOwner;
  readonly #address: string;
  readonly #opened = Deferred.unobserved<void>();
  readonly #closed = Deferred.unobserved<void>();
  readonly #input = new Wakeup();
  readonly #output = new Wakeup();
  readonly #grace: Timer;
  readonly #silence: Timer;
  readonly #queue: Bytes[] = [];
  #failWritable: (error: unknown) => void = () => undefined;
  #isOpen = false;
  #finished = false;
  #unread = 0;
  #room: number;
  #ending: { readonly error: AppError | undefined } | undefined;

  /**
   * @param address host and port, for errors
   * @param room packets that the relay takes of it at first
   */
  constructor(id: StreamId, address: string, room: number, owner: StreamOwner) {
    this.id = id;
    this.#address = address;
    this.#room = room;
    this.#owner = owner;
    this.#grace = new Timer(owner.clock, () => this.#open());
    this.#silence = new Timer(owner.clock, () => this.#giveUp(this.#error('net/timeout')));
    this.readable = new ReadableStream(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#giveUp(this.#error('net/aborted')) },
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream({
      start: (controller) => void (this.#failWritable = (error) => controller.error(error)),
      write: (chunk) => this.#write(chunk),
      close: () => this.#finish(),
      abort: () => this.#giveUp(this.#error('net/aborted')),
    });
    this.#grace.start(GRACE_MS);
  }

  /** Resolves when it counts as made. @throws AppError `net/refused`, `net/timeout`, `net/unreachable`, `relay/*` */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Bytes that have come and that nobody has taken yet. */
  get unread(): number {
    return this.#unread;
  }

  receive(bytes: Bytes): void {
    this.#open();
    if (this.#ending || bytes.length === 0) return;
    if (this.#finished) this.#silence.start(HALF_CLOSED_MS);
    this.#queue.push(bytes);
    this.#unread += bytes.length;
    this.#input.wake();
  }

  /** The relay takes so many packets from now on. */
  allow(packets: number): void {
    this.#open();
    this.#room = packets;
    this.#output.wake();
  }

  /** The relay has closed it. */
  closedFor(reason: number): void {
    if (reason === CLOSE_REASON.voluntary) this.#open();
    this.#end(reason === CLOSE_REASON.voluntary ? undefined : this.#errorFor(reason));
  }

  /** It is over, and the relay knows. What has come before can still be read. */
  fail(error: AppError): void {
    this.#end(error);
  }

  /** Has the relay close it: more has come than there is room for. */
  overrun(): void {
    this.#owner.close(this, CLOSE_REASON.overrun);
    this.#end(this.#error('net/reset'));
  }

  #open(): void {
    this.#isOpen = true;
    this.#grace.dispose();
    this.#opened.resolve();
  }

  #giveUp(error: AppError): void {
    if (this.#ending) return;
    this.#owner.close(this, CLOSE_REASON.voluntary);
    this.#end(error);
  }

  #end(error: AppError | undefined): void {
    if (this.#ending) return;
    this.#ending = { error };
    this.#grace.dispose();
    this.#silence.dispose();
    this.#failWritable(error ?? this.#error('net/reset'));
    if (error) {
      this.#opened.reject(error);
      this.#closed.reject(error);
    } else {
      this.#closed.resolve();
    }
    this.#input.wake();
    this.#output.wake();
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    for (;;) {
      const bytes = this.#queue.shift();
      if (bytes) {
        this.#unread -= bytes.length;
        this.#owner.taken(this);
        return controller.enqueue(bytes);
      }
      if (this.#ending?.error) return controller.error(this.#ending.error);
      if (this.#ending) return controller.close();
      await this.#input.next();
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += PACKET_BYTES) {
      while (this.#room === 0 && !this.#ending) await this.#output.next();
      await this.#owner.room();
      if (this.#ending) throw this.#ending.error ?? this.#error('net/reset');
      this.#room--;
      this.#owner.send(this.id, chunk.subarray(at, at + PACKET_BYTES));
    }
  }

  #finish(): void {
    this.#finished = true;
    this.#silence.start(HALF_CLOSED_MS);
  }

  #errorFor(reason: number): AppError {
    if (reason === CLOSE_REASON.connectTimeout || reason === CLOSE_REASON.transferTimeout)
      return this.#error('net/timeout');
    if (this.#isOpen) return this.#error('net/reset');
    return this.#error(reason === CLOSE_REASON.refused ? 'net/refused' : 'net/unreachable');
  }

  #error(code: 'net/aborted' | 'net/refused' | 'net/reset' | 'net/timeout' | 'net/unreachable'): AppError {
    return new AppError(code, { address: this.#address });
  }
}
