import { AppError, type ErrorCode } from '../../errors/index.ts';
import { formatIpv4 } from '../address.ts';
import { Timer, type Clock } from '../clock.ts';
import type { Bytes } from '../wire.ts';
import { Handshake } from './handshake.ts';
import type { ConnectionPath } from './initial-sequence.ts';
import { KeepAlive } from './keep-alive.ts';
import type { TcpOptions } from './options.ts';
import { Receiver } from './receiver.ts';
import { ACK, FIN, has, RST, sequenceLength, SYN, type TcpSegment } from './segment.ts';
import { Sender } from './sender.ts';
import { advance, distance, type Sequence } from './sequence.ts';
import { ON_FIN, ON_FIN_ACKNOWLEDGED, ON_FINISH, takesBytes, type TcpState } from './state.ts';

const EMPTY = new Uint8Array(0);
const NO_OPTIONS: TcpOptions = {};
/** How long an acknowledgement waits for a second segment, or for bytes to ride on. */
const DELAYED_ACK_MS = 5;
/**
 * How long an ended connection answers stragglers. RFC 9293 has four minutes, for the sake of packets that routers keep; there are
 * none here, so it is only for the other end's FIN, which comes again when our last acknowledgement was lost.
 */
const TIME_WAIT_MS = 30_000;
/** Answers to segments that make no sense are at least so far apart, or two confused ends would answer each other forever. */
const CHALLENGE_EVERY_MS = 200;
/** What a segment has room for where the other end does not say (RFC 9293, 3.7.1), and what nobody sensible stays below. */
const DEFAULT_MSS = 536;
const LEAST_MSS = 64;

export interface ConnectionConfig {
  readonly path: ConnectionPath;
  readonly clock: Clock;
  /** The number of our SYN. */
  readonly initial: Sequence;
  /** Bytes that a segment may have, either way. */
  readonly mss: number;
  readonly sendBuffer: number;
  readonly receiveBuffer: number;
  /** Puts a segment on the wire; its payload is good until this returns. */
  readonly send: (segment: TcpSegment) => void;
}

/** What a connection's user wants to know. Never called while the user calls the connection, but for `ended`. */
export interface ConnectionEvents {
  /** The handshake is done. */
  opened(): void;
  /** There is more to read, or the end. */
  readable(): void;
  /** There is more room to write, or all was acknowledged. */
  writable(): void;
  /** It is over: well, or with an error. What came before can still be read. */
  ended(error: unknown): void;
  /** Nothing that may still come concerns it. */
  released(): void;
}

/** One end of a TCP connection (RFC 9293, 3.10), as bytes in and out and segments in and out. */
export class TcpConnection {
  readonly #config: ConnectionConfig;
  readonly #events: ConnectionEvents;
  readonly #handshake: Handshake;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #keepAlive: KeepAlive;
  readonly #acknowledgeSoon: Timer;
  readonly #timeWait: Timer;
  #state: TcpState = 'closed';
  #windowScale: number | undefined;
  #peerMss = DEFAULT_MSS;
  #peerWindowScale = 0;
  #ignoresInput = false;
  #challenged = -Infinity;

  constructor(config: ConnectionConfig, events: ConnectionEvents) {
    const { clock, initial, mss } = config;
    const gone = (): void => this.#fail('net/timeout');
    this.#config = config;
    this.#events = events;
    this.#windowScale = scaleFor(config.receiveBuffer);
    this.#handshake = new Handshake(clock, () => this.#emitSyn(), gone);
    this.#sender = new Sender({
      clock,
      initial,
      limit: config.sendBuffer,
      emit: this.#emit.bind(this),
      probe: (sequence) => this.#send(sequence, ACK, this.#receiver.announced, EMPTY, NO_OPTIONS),
      onGone: gone,
    });
    this.#receiver = new Receiver(config.receiveBuffer, mss);
    this.#keepAlive = new KeepAlive(clock, { probe: () => this.#probe(), onGone: gone });
    this.#acknowledgeSoon = new Timer(clock, () => this.#acknowledge());
    this.#timeWait = new Timer(clock, () => this.#release());
  }

  get state(): TcpState {
    return this.#state;
  }

  get path(): ConnectionPath {
    return this.#config.path;
  }

  /** The number of our SYN. */
  get initial(): Sequence {
    return this.#config.initial;
  }

  /** True when all that the other end sends has come and was read. */
  get inputEnded(): boolean {
    return this.#receiver.ended;
  }

  /** True when all that was written, and the end, was acknowledged. */
  get outputDone(): boolean {
    return this.#sender.finished;
  }

  connect(): void {
    this.#state = 'syn-sent';
    this.#handshake.send();
  }

  /** Answers the SYN of another end that connects. */
  accept(syn: TcpSegment): void {
    this.#state = 'syn-received';
    this.#synchronize(syn);
    this.#handshake.send();
  }

  /** Takes as many bytes as there is room for, and returns how many. */
  write(bytes: Uint8Array): number {
    return this.#sender.append(bytes);
  }

  /** Nothing more will be written; what was written still goes. */
  finish(): void {
    const next = ON_FINISH[this.#state];
    if (next === undefined) return;
    this.#state = next;
    this.#sender.finish();
  }

  /** Up to `most` bytes; empty when there are none now. */
  read(most: number): Bytes {
    const bytes = this.#receiver.read(most);
    if (takesBytes(this.#state) && this.#receiver.hasNewRoom) this.#acknowledge();
    return bytes;
  }

  /**
   * Nothing more will be read. Bytes that nobody will read are never acknowledged as if they were: they end the connection, as
   * RFC 9293, 3.6.1 has it for those that came before; so do those that come later.
   */
  ignoreInput(): void {
    this.#ignoresInput = true;
    if (this.#receiver.readable > 0) this.abort(undefined);
  }

  /** Ends it at once, and tells the other end. Its user is told `error`; without one, AppError `net/aborted`. */
  abort(error: unknown): void {
    if (this.#state === 'closed' || this.#state === 'time-wait') return;
    if (this.#state !== 'syn-sent') this.#emit(this.#sender.emptySequence, RST | ACK, EMPTY);
    this.#receiver.discard();
    this.#end(error ?? new AppError('net/aborted', { address: this.#peerName }));
  }

  /** Ends it without a word to anybody but its user, who is told that the other end cannot be reached. */
  unreachable(): void {
    if (this.#state === 'syn-sent') this.#fail('net/unreachable');
  }

  /** Takes nothing of the clock any more, and nobody is told. */
  dispose(): void {
    this.#state = 'closed';
    this.#handshake.dispose();
    this.#sender.dispose();
    this.#keepAlive.dispose();
    this.#acknowledgeSoon.dispose();
    this.#timeWait.dispose();
  }

  /** True for a SYN that begins a new connection where this one has ended (RFC 9293, 3.6.1). */
  isSucceededBy(segment: TcpSegment): boolean {
    const isSyn = has(segment, SYN) && !has(segment, ACK) && !has(segment, RST);
    return this.#state === 'time-wait' && isSyn && distance(this.#receiver.next, segment.sequence) > 0;
  }

  /** Takes a segment that is addressed to it. */
  receive(segment: TcpSegment): void {
    this.#keepAlive.heard();
    if (this.#state === 'syn-sent') this.#inSynSent(segment);
    else if (this.#state === 'time-wait') this.#inTimeWait(segment);
    else if (this.#state !== 'closed') this.#inSynchronized(segment);
  }

  /** RFC 9293, 3.10.7.3. */
  #inSynSent(segment: TcpSegment): void {
    const acknowledges = has(segment, ACK);
    if (acknowledges && segment.acknowledgement !== advance(this.initial, 1)) return this.#refute(segment);
    if (has(segment, RST)) return acknowledges ? this.#fail('net/refused') : undefined;
    if (!has(segment, SYN)) return;
    this.#synchronize(segment);
    if (acknowledges) return this.#establish(segment, segment.window);
    // Both ends have connected to each other at once.
    this.#state = 'syn-received';
    this.#handshake.send();
  }

  /** RFC 9293, 3.10.7.4, with the checks of RFC 5961. */
  #inSynchronized(segment: TcpSegment): void {
    if (!this.#receiver.isAcceptable(segment)) return this.#refuseUnacceptable(segment);
    if (has(segment, RST)) return this.#takeReset(segment);
    if (has(segment, SYN)) return this.#challenge();
    if (!has(segment, ACK)) return;
    if (this.#state === 'syn-received' && !this.#completeOpening(segment)) return;
    if (!this.#sender.isPlausible(segment.acknowledgement)) return this.#challenge();
    this.#takeAcknowledgement(segment);
    if (takesBytes(this.#state) && (segment.payload.length > 0 || has(segment, FIN))) this.#takeBytes(segment);
  }

  /** RFC 1337: a reset does not cut it short. */
  #inTimeWait(segment: TcpSegment): void {
    if (has(segment, RST)) return;
    if (has(segment, FIN)) this.#timeWait.start(TIME_WAIT_MS);
    if (sequenceLength(segment) > 0) this.#challenge();
  }

  /** Takes what the other end's SYN says. */
  #synchronize({ sequence, options }: TcpSegment): void {
    this.#peerMss = Math.max(Math.min(options.mss ?? DEFAULT_MSS, this.#config.mss), LEAST_MSS);
    // Windows are scaled either way or neither (RFC 7323, 2.2).
    if (options.windowScale === undefined) this.#windowScale = undefined;
    this.#peerWindowScale = options.windowScale ?? 0;
    this.#receiver.start(advance(sequence, 1), this.#windowScale ?? 0);
  }

  #completeOpening(segment: TcpSegment): boolean {
    if (segment.acknowledgement !== advance(this.initial, 1)) {
      this.#refute(segment);
      return false;
    }
    this.#establish(segment, segment.window * 2 ** this.#peerWindowScale);
    return true;
  }

  #establish(segment: TcpSegment, window: number): void {
    const rtt = this.#handshake.finish();
    const terms = { mss: this.#peerMss, windowScale: this.#peerWindowScale, window, sequence: segment.sequence, rtt };
    const answer = this.#state === 'syn-sent';
    this.#state = 'established';
    this.#sender.start(terms);
    this.#keepAlive.start();
    if (answer) this.#acknowledge();
    this.#events.opened();
  }

  #refuseUnacceptable(segment: TcpSegment): void {
    if (has(segment, RST)) return;
    const repeated = has(segment, SYN) && advance(segment.sequence, 1) === this.#receiver.next;
    if (this.#state === 'syn-received' && repeated && !has(segment, ACK)) return this.#handshake.repeat();
    // Bytes that come again say that an acknowledgement was lost.
    if (segment.payload.length > 0) this.#acknowledge();
    else this.#challenge();
  }

  /** RFC 5961, 3.2: one that is only about right may be forged, and who sent it in earnest will hear how to send it right. */
  #takeReset(segment: TcpSegment): void {
    if (segment.sequence !== this.#receiver.next) return this.#challenge();
    if (this.#state === 'syn-received') this.#fail('net/refused');
    else this.#fail('net/reset');
  }

  #takeAcknowledgement(segment: TcpSegment): void {
    const before = this.#sender.finished;
    this.#sender.acknowledge(segment);
    if (!before && this.#sender.finished) this.#enter(ON_FIN_ACKNOWLEDGED[this.#state]);
    this.#events.writable();
  }

  #takeBytes(segment: TcpSegment): void {
    if (this.#ignoresInput && segment.payload.length > 0) return this.abort(undefined);
    const isNew = this.#receiver.take(segment);
    if (this.#receiver.finished) this.#enter(ON_FIN[this.#state]);
    if (this.#receiver.owes === 'now') this.#acknowledge();
    else if (!this.#acknowledgeSoon.running) this.#acknowledgeSoon.start(DELAYED_ACK_MS);
    if (isNew) this.#events.readable();
  }

  #enter(state: TcpState | undefined): void {
    if (state === undefined) return;
    this.#state = state;
    if (state === 'closed') this.#end(undefined);
    if (state === 'time-wait') this.#enterTimeWait();
  }

  #enterTimeWait(): void {
    this.#keepAlive.dispose();
    this.#timeWait.start(TIME_WAIT_MS);
    this.#events.ended(undefined);
  }

  #probe(): void {
    if (this.#ignoresInput && this.#state === 'fin-wait-2') this.abort(undefined);
    else if (!this.#sender.busy) this.#sender.probe();
  }

  #fail(code: ErrorCode): void {
    this.#end(new AppError(code, { address: this.#peerName }));
  }

  #end(error: unknown): void {
    this.dispose();
    this.#events.ended(error);
    this.#events.released();
  }

  #release(): void {
    this.dispose();
    this.#events.released();
  }

  /** Acknowledges what has come, with the window as it is now. */
  #acknowledge(): void {
    this.#emit(this.#sender.emptySequence, ACK, EMPTY);
  }

  /** Says what would be right (RFC 5961), but not too often. */
  #challenge(): void {
    const now = this.#config.clock.now();
    if (now - this.#challenged < CHALLENGE_EVERY_MS) return;
    this.#challenged = now;
    this.#acknowledge();
  }

  /** Tells another end that what it acknowledges was never sent. */
  #refute(segment: TcpSegment): void {
    if (!has(segment, RST)) this.#send(segment.acknowledgement, RST, 0, EMPTY, NO_OPTIONS);
  }

  #emitSyn(): void {
    const flags = this.#state === 'syn-sent' ? SYN : SYN | ACK;
    const options = { mss: this.#config.mss, windowScale: this.#windowScale };
    this.#send(this.initial, flags, this.#receiver.announceFirst(), EMPTY, options);
  }

  /** Every segment acknowledges. */
  #emit(sequence: Sequence, flags: number, payload: Uint8Array): void {
    this.#acknowledgeSoon.stop();
    this.#send(sequence, flags, this.#receiver.announce(), payload, NO_OPTIONS);
  }

  #send(sequence: Sequence, flags: number, window: number, payload: Uint8Array, options: TcpOptions): void {
    const { path, send } = this.#config;
    send({
      sourcePort: path.localPort,
      destinationPort: path.remotePort,
      sequence,
      acknowledgement: (flags & ACK) === 0 ? 0 : this.#receiver.next,
      flags,
      window,
      options,
      payload,
    });
  }

  get #peerName(): string {
    const { remoteAddress, remotePort } = this.#config.path;
    return `${formatIpv4(remoteAddress)}:${remotePort}`;
  }
}

/** By how many bits windows have to be shifted so that a header can announce the whole buffer. */
function scaleFor(bytes: number): number {
  return Math.max(0, Math.ceil(Math.log2((bytes + 1) / 0x10000)));
}
