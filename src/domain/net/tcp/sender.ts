import { Timer, type Clock } from '../clock.ts';
import { Congestion } from './congestion.ts';
import { RttEstimator } from './rtt-estimator.ts';
import { ACK, FIN, PSH, sequenceLength, type TcpSegment } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';
import { advance, distance, type Sequence } from './sequence.ts';

/** Time-outs in a row until the other end counts as gone: some two minutes (RFC 9293, 3.8.3, R2: at least 100 s). */
const MOST_TRIES = 8;
/** Zero-window probes and such are never further apart. */
const MOST_WAIT_MS = 60_000;

export interface SenderConfig {
  readonly clock: Clock;
  /** The number of our SYN. */
  readonly initial: Sequence;
  /** Bytes that may wait to be sent or acknowledged. */
  readonly limit: number;
  /** Puts a segment on the wire; `payload` is good until it returns. */
  readonly emit: (sequence: Sequence, flags: number, payload: Uint8Array) => void;
  /** Puts an empty segment on the wire that the other end answers; it is looked at for nothing else. */
  readonly probe: (sequence: Sequence) => void;
  /** Called when the other end has not answered for too long. */
  readonly onGone: () => void;
}

/** What the handshake has told of the other end. */
export interface PeerTerms {
  /** Bytes that a segment may have. */
  readonly mss: number;
  /** By how many bits its windows are to be shifted. */
  readonly windowScale: number;
  /** The window in bytes that it began with. */
  readonly window: number;
  /** The number of the segment that said so. */
  readonly sequence: Sequence;
  /** Milliseconds from our SYN to its answer; undefined when that is not known. */
  readonly rtt: number | undefined;
}

/** The sending half of a connection: what to send when, and when again. */
export class Sender {
  readonly #config: SenderConfig;
  readonly #buffer: SendBuffer;
  readonly #timer: Timer;
  readonly #rtt = new RttEstimator();
  #congestion: Congestion;
  #mss = 0;
  #windowScale = 0;
  /** SND.UNA, SND.NXT, and the number after the last that was ever sent: a time-out takes SND.NXT back. */
  #unacknowledged: Sequence;
  #next: Sequence;
  #highest: Sequence;
  /** SND.WND, the largest that it was, and SND.WL1: the number of the segment that it is from. */
  #window = 0;
  #mostWindow = 0;
  #windowSequence: Sequence = 0;
  #finishing = false;
  #finished = false;
  /** What the timer is for: bytes that are on their way, or a window that is too small. */
  #waitsFor: 'acknowledgement' | 'window' = 'acknowledgement';
  /** Time-outs since anything was acknowledged; questions for a window since it was open, answered or not. */
  #tries = 0;
  #probes = 0;
  /** The segment whose round trip is measured: the number after it, and when it was sent. */
  #timed: { readonly end: Sequence; readonly at: number } | undefined;
  #lastSent = 0;

  constructor(config: SenderConfig) {
    this.#config = config;
    this.#buffer = new SendBuffer(config.limit);
    this.#timer = new Timer(config.clock, () => this.#timeOut());
    this.#unacknowledged = this.#next = this.#highest = advance(config.initial, 1);
    this.#congestion = this.#newCongestion();
  }

  /** Begins when the other end has acknowledged our SYN. */
  start({ mss, windowScale, window, sequence, rtt }: PeerTerms): void {
    this.#mss = mss;
    this.#windowScale = windowScale;
    this.#congestion = this.#newCongestion();
    this.#window = this.#mostWindow = window;
    this.#windowSequence = sequence;
    if (rtt === undefined) this.#rtt.synLost();
    else this.#rtt.sample(rtt);
  }

  /** True when our FIN, and so everything, was acknowledged. */
  get finished(): boolean {
    return this.#finished;
  }

  /** True when bytes are on their way, or would be if the window were larger. */
  get busy(): boolean {
    return this.#timer.running;
  }

  /** The number for a segment without bytes: one that the other end accepts (RFC 9293, 3.10.7.4, takes none beyond its window). */
  get emptySequence(): Sequence {
    const inWindow = distance(this.#unacknowledged, this.#highest) <= this.#window;
    return inWindow ? this.#highest : advance(this.#unacknowledged, this.#window);
  }

  /** Takes as many bytes as there is room for, and returns how many. */
  append(bytes: Uint8Array): number {
    const taken = this.#buffer.append(bytes);
    if (taken > 0) this.flush();
    return taken;
  }

  /** No bytes come after these. */
  finish(): void {
    this.#finishing = true;
    this.flush();
  }

  /** True for an acknowledgement of something that was sent, and not long ago (RFC 5961, 5.2). */
  isPlausible(acknowledgement: Sequence): boolean {
    const ahead = distance(this.#unacknowledged, acknowledgement);
    return ahead <= distance(this.#unacknowledged, this.#highest) && ahead >= -this.#mostWindow;
  }

  /** Takes what a segment says of our bytes and of the other end's window. */
  acknowledge(segment: TcpSegment): void {
    const before = this.#window;
    const count = distance(this.#unacknowledged, segment.acknowledgement);
    if (count >= 0) this.#updateWindow(segment, count > 0);
    if (count > 0) this.#advance(count);
    else if (count === 0 && this.#isDuplicate(segment, before)) this.#countDuplicate();
    // Who answers is there, however small its window.
    if (this.#waitsFor === 'window') this.#tries = 0;
    this.flush();
  }

  /** Sends what may be sent now. */
  flush(): void {
    const { clock } = this.#config;
    const idle = this.#unacknowledged === this.#highest && clock.now() - this.#lastSent > this.#rtt.timeout;
    if (idle) this.#congestion.idle();
    while (this.#sendNext(false));
    this.#arm();
  }

  /** Makes the other end answer: a segment from before its window (RFC 9293, 3.8.4). */
  probe(): void {
    this.#config.probe(advance(this.#unacknowledged, -1));
  }

  dispose(): void {
    this.#timer.dispose();
    this.#buffer.clear();
  }

  #newCongestion(): Congestion {
    return new Congestion(this.#mss, this.#config.initial, Math.max(2 * this.#config.limit, 16 * this.#mss));
  }

  /**
   * Takes a window that is newer than the one that is known. RFC 9293, 3.10.7.4, goes by the segment's number first and so would
   * keep an old window with a new acknowledgement that rides on a repeated segment; what is acknowledged first is newer.
   */
  #updateWindow(segment: TcpSegment, isNewAcknowledgement: boolean): void {
    const window = segment.window * 2 ** this.#windowScale;
    const newer = distance(this.#windowSequence, segment.sequence);
    if (!isNewAcknowledgement && (newer < 0 || (newer === 0 && window <= this.#window))) return;
    this.#window = window;
    this.#mostWindow = Math.max(this.#mostWindow, window);
    this.#windowSequence = segment.sequence;
  }

  #advance(count: number): void {
    const bytes = Math.min(count, this.#buffer.length);
    this.#buffer.release(bytes);
    // What is more than bytes is the FIN.
    this.#finished = count > bytes;
    if (this.#finished) this.#buffer.clear();
    this.#unacknowledged = advance(this.#unacknowledged, count);
    if (distance(this.#next, this.#unacknowledged) > 0) this.#next = this.#unacknowledged;
    this.#measure();
    this.#tries = 0;
    this.#timer.stop();
    const outstanding = distance(this.#unacknowledged, this.#highest);
    if (this.#congestion.acknowledged(count, this.#unacknowledged, outstanding)) this.#resendFirst();
  }

  #measure(): void {
    if (!this.#timed || distance(this.#timed.end, this.#unacknowledged) < 0) return;
    this.#rtt.sample(this.#config.clock.now() - this.#timed.at);
    this.#timed = undefined;
  }

  /** RFC 5681, 2: nothing new, nothing else to say, and something to wait for. */
  #isDuplicate(segment: TcpSegment, windowBefore: number): boolean {
    const outstanding = this.#unacknowledged !== this.#highest;
    return outstanding && sequenceLength(segment) === 0 && this.#window === windowBefore;
  }

  #countDuplicate(): void {
    if (this.#congestion.duplicate(this.#unacknowledged, this.#highest)) this.#resendFirst();
  }

  /** Sends the first segment that was not acknowledged once more; of what was never sent, nothing. */
  #resendFirst(): void {
    const outstanding = distance(this.#unacknowledged, this.#highest);
    const length = Math.min(this.#mss, this.#buffer.length, outstanding);
    const fin = length === this.#buffer.length && outstanding > length;
    this.#timed = undefined;
    this.#config.emit(this.#unacknowledged, fin ? ACK | FIN : ACK, this.#buffer.peek(0, length));
  }

  /** @param force sends even a small piece of what there is @returns false when nothing was sent */
  #sendNext(force: boolean): boolean {
    const sent = distance(this.#unacknowledged, this.#next);
    const unsent = this.#buffer.length - sent;
    const room = Math.min(this.#window, Math.floor(this.#congestion.window)) - sent;
    const length = Math.max(0, Math.min(unsent, room, this.#mss));
    // The FIN takes a place in the window, too. It comes once: then `unsent` is -1.
    const fin = this.#finishing && !this.#finished && unsent === length && room > length;
    if (!fin && (length === 0 || !(force || this.#isWorthwhile(length, unsent)))) return false;
    const flags = ACK | (fin ? FIN : 0) | (length > 0 && length === unsent ? PSH : 0);
    this.#note(length + (fin ? 1 : 0));
    this.#config.emit(advance(this.#unacknowledged, sent), flags, this.#buffer.peek(sent, length));
    return true;
  }

  /** Against the silly-window syndrome (RFC 9293, 3.8.6.2.1), without Nagle's waiting: what is written goes at once. */
  #isWorthwhile(length: number, unsent: number): boolean {
    const again = this.#next !== this.#highest;
    return length === this.#mss || length === unsent || length >= this.#mostWindow / 2 || again;
  }

  #note(length: number): void {
    const now = this.#config.clock.now();
    const isNew = this.#next === this.#highest;
    this.#next = advance(this.#next, length);
    if (distance(this.#highest, this.#next) > 0) this.#highest = this.#next;
    if (isNew && !this.#timed) this.#timed = { end: this.#next, at: now };
    this.#lastSent = now;
    this.#probes = 0;
  }

  #arm(): void {
    const onItsWay = this.#next !== this.#unacknowledged;
    const waiting = this.#buffer.length > 0 || (this.#finishing && !this.#finished);
    if (!onItsWay && !waiting) return this.#timer.stop();
    const waitsFor = onItsWay ? 'acknowledgement' : 'window';
    if (this.#timer.running && this.#waitsFor === waitsFor) return;
    this.#waitsFor = waitsFor;
    this.#timer.start(waitsFor === 'window' ? this.#probeWait : this.#rtt.timeout);
  }

  get #probeWait(): number {
    return Math.min(this.#rtt.timeout * 2 ** this.#probes, MOST_WAIT_MS);
  }

  #timeOut(): void {
    this.#tries++;
    if (this.#tries > MOST_TRIES) return this.#config.onGone();
    if (this.#waitsFor === 'acknowledgement') this.#goBack();
    else this.#pushWindow();
  }

  /** Everything that is not acknowledged counts as lost, and is sent again as far as the window of one segment goes. */
  #goBack(): void {
    this.#congestion.timedOut(distance(this.#unacknowledged, this.#highest), this.#highest);
    this.#rtt.backOff();
    this.#timed = undefined;
    this.#next = this.#unacknowledged;
    this.flush();
  }

  /** Asks whether the window has grown; one that is just small is made use of (RFC 9293, 3.8.6.1 and 3.8.6.2.1). */
  #pushWindow(): void {
    if (!this.#sendNext(true)) {
      this.#probes++;
      this.probe();
    }
    this.#arm();
  }
}
