import { Deferred } from '../async/index.ts';
import { AppError } from '../errors/index.ts';
import { Timer, type Clock, type TcpSocket } from '../net/index.ts';
import {
  closePacket,
  connectPacket,
  CLOSE_REASON,
  dataPacket,
  decodePacket,
  infoPacket,
  PASSWORD_EXTENSION,
  type StreamId,
} from './packets.ts';
import { WispStream, type StreamOwner } from './stream.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Milliseconds that a relay has until it says how much it takes. */
const READY_MS = 10_000;
/** Unread bytes of a stream from which on nothing more is taken from the relay, and below which it goes on. */
const HIGH_BYTES = 1024 * 1024;
const LOW_BYTES = 512 * 1024;
/** Unread bytes at which a stream is closed: where a WebSocket cannot be held back they come all the same. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Milliseconds for which a guest's connection that nobody reads may hold up the others. */
const STALLED_MS = 10_000;
const LAST_STREAM = 2 ** 32 - 1;

/** A WebSocket to a relay, as far as this needs to know. */
export interface RelayLink {
  send(message: Bytes): void;
  /** Resolves when it has room for more, or has ended. */
  room(): Promise<void>;
  /** Takes no more messages, or takes them again; without effect where that cannot be. */
  hold(held: boolean): void;
  close(): void;
}

export interface RelayLinkEvents {
  opened(): void;
  message(message: Bytes): void;
  /** It is over, or was never open. @param detail why, as far as that is known */
  ended(detail: string): void;
}

export interface WispConnectionConfig {
  readonly url: string;
  readonly clock: Clock;
  /** Its events come after it has returned. */
  readonly dial: (url: string, events: RelayLinkEvents) => RelayLink;
  /** Is told how many bytes passed, of the guest's alone. */
  readonly onBytes: (direction: 'sent' | 'received', count: number) => void;
  /** It is over. */
  readonly onEnded: (error: AppError) => void;
}

/** A relay that is connected, or about to be, and the streams in it (version 1 of the protocol; version 2 without extensions). */
export class WispConnection {
  readonly #config: WispConnectionConfig;
  readonly #link: RelayLink;
  readonly #ready = Deferred.unobserved<void>();
  readonly #streams = new Map<StreamId, WispStream>();
  /** Those that nobody reads, and what they had unread when that was last looked at. */
  readonly #stalled = new Map<WispStream, number>();
  readonly #handshake: Timer;
  readonly #stall: Timer;
  readonly #owner: StreamOwner;
  #isOpen = false;
  #room: number | undefined;
  #lastStream = 0;
  #ended: AppError | undefined;

  constructor(config: WispConnectionConfig) {
    const { clock, url } = config;
    this.#config = config;
    this.#owner = {
      clock,
      send: (id, bytes) => this.#send(id, bytes),
      room: () => this.#link.room(),
      taken: (stream) => this.#taken(stream),
      close: (stream, reason) => this.#close(stream, reason),
    };
    this.#handshake = new Timer(clock, () => this.#fail('relay/unusable', 'it does not say that it is one'));
    this.#stall = new Timer(clock, () => this.#endStalled());
    this.#handshake.start(READY_MS);
    this.#link = config.dial(url, {
      opened: () => void (this.#isOpen = true),
      message: (message) => this.#receive(message),
      ended: (detail) => this.#fail(this.#isOpen ? 'relay/lost' : 'relay/unreachable', detail),
    });
  }

  /** Resolves when streams can be opened. @throws AppError `relay/*` */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** @throws AppError `net/refused`, `net/timeout`, `net/unreachable`, `relay/*` */
  async connect(host: string, port: number): Promise<TcpSocket> {
    await this.ready;
    if (this.#ended) throw this.#ended;
    const id = this.#freeId();
    const stream = new WispStream(id, `${host}:${port}`, this.#room ?? 0, this.#owner);
    this.#streams.set(id, stream);
    this.#link.send(connectPacket(id, host, port));
    await stream.opened;
    return stream;
  }

  /** Ends it, and all streams with it. */
  close(error: AppError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#handshake.dispose();
    this.#stall.dispose();
    this.#link.close();
    this.#ready.reject(error);
    for (const stream of this.#streams.values()) stream.fail(error);
    this.#streams.clear();
    this.#stalled.clear();
  }

  #receive(message: Bytes): void {
    const packet = this.#ended ? undefined : decodePacket(message);
    const stream = packet && 'stream' in packet ? this.#streams.get(packet.stream) : undefined;
    switch (packet?.type) {
      case 'info':
        return this.#greet(packet.extensions);
      case 'continue':
        return packet.stream === 0 ? this.#begin(packet.room) : stream?.allow(packet.room);
      case 'data':
        return stream && this.#receiveData(stream, packet.bytes);
      case 'close':
        return packet.stream === 0 ? this.#refused(packet.reason) : stream && this.#closedFor(stream, packet.reason);
      case undefined:
        return undefined;
    }
  }

  /** A relay of version 2 waits for us to say the same. */
  #greet(extensions: readonly number[]): void {
    if (extensions.includes(PASSWORD_EXTENSION)) this.#fail('relay/unusable', 'it asks for a password');
    else this.#link.send(infoPacket());
  }

  #begin(room: number): void {
    this.#room = room;
    this.#handshake.dispose();
    this.#ready.resolve();
  }

  #refused(reason: number): void {
    if (reason === CLOSE_REASON.incompatible) this.#fail('relay/unusable', 'it wants extensions that Portolan lacks');
    else this.#fail('relay/lost', `it closed the connection for reason ${reason}`);
  }

  #receiveData(stream: WispStream, bytes: Bytes): void {
    this.#config.onBytes('received', bytes.length);
    stream.receive(bytes);
    if (stream.unread > MOST_BYTES) return stream.overrun();
    if (stream.unread <= HIGH_BYTES || this.#stalled.has(stream)) return;
    this.#stalled.set(stream, Infinity);
    this.#link.hold(true);
    if (!this.#stall.running) this.#stall.start(STALLED_MS);
  }

  #taken(stream: WispStream): void {
    if (stream.unread < LOW_BYTES) this.#release(stream);
  }

  #release(stream: WispStream): void {
    if (!this.#stalled.delete(stream) || this.#stalled.size > 0) return;
    this.#stall.stop();
    this.#link.hold(false);
  }

  /** All streams come through one WebSocket: one that nobody reads would hold up the others for as long as it likes. */
  #endStalled(): void {
    const others = this.#streams.size > this.#stalled.size;
    for (const [stream, before] of this.#stalled) {
      if (others && stream.unread >= before) stream.overrun();
      else this.#stalled.set(stream, stream.unread);
    }
    if (this.#stalled.size > 0) this.#stall.start(STALLED_MS);
  }

  #send(id: StreamId, bytes: Uint8Array): void {
    this.#config.onBytes('sent', bytes.length);
    this.#link.send(dataPacket(id, bytes));
  }

  #close(stream: WispStream, reason: number): void {
    this.#forget(stream);
    this.#link.send(closePacket(stream.id, reason));
  }

  #closedFor(stream: WispStream, reason: number): void {
    this.#forget(stream);
    stream.closedFor(reason);
  }

  #forget(stream: WispStream): void {
    this.#streams.delete(stream.id);
    this.#release(stream);
  }

  #freeId(): StreamId {
    do this.#lastStream = (this.#lastStream % LAST_STREAM) + 1;
    while (this.#streams.has(this.#lastStream));
    return this.#lastStream;
  }

  #fail(code: 'relay/lost' | 'relay/unreachable' | 'relay/unusable', detail: string): void {
    if (this.#ended) return;
    const error = new AppError(code, { url: this.#config.url, detail });
    this.close(error);
    this.#config.onEnded(error);
  }
}
