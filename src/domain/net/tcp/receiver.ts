import type { Bytes } from '../wire.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { FIN, has, sequenceLength, type TcpSegment } from './segment.ts';
import { advance, distance, type Sequence } from './sequence.ts';

/** What a header has room for. */
const MOST_WINDOW = 0xffff;
/** Segments that are acknowledged together (RFC 9293, 3.8.6.3). */
const SEGMENTS_PER_ACKNOWLEDGEMENT = 2;

/** The receiving half of a connection: what came, what may come, and when to say so. */
export class Receiver {
  readonly #buffer: ReceiveBuffer;
  readonly #limit: number;
  /** The smallest step by which the window's end is moved (RFC 9293, 3.8.6.2.2). */
  readonly #step: number;
  #windowScale = 0;
  /** RCV.NXT, and the end of the window as it was announced. */
  #next: Sequence = 0;
  #edge: Sequence = 0;
  /** The number of the other end's FIN, when it has come; perhaps before bytes that it follows. */
  #finAt: Sequence | undefined;
  #finished = false;
  #discarded = false;
  /** Segments since the last acknowledgement. */
  #unacknowledged = 0;
  #hurry = false;

  /** @param limit bytes that may wait to be read; @param mss bytes of a segment that we take */
  constructor(limit: number, mss: number) {
    this.#limit = limit;
    this.#step = Math.min(limit / 2, mss);
    this.#buffer = new ReceiveBuffer(limit);
  }

  /** Begins at the number after the other end's SYN. */
  start(next: Sequence, windowScale: number): void {
    this.#next = this.#edge = next;
    this.#windowScale = windowScale;
    // What our SYN has said, or will say.
    this.#extend(MOST_WINDOW);
  }

  /** The number that is expected next. */
  get next(): Sequence {
    return this.#next;
  }

  get readable(): number {
    return this.#buffer.readable;
  }

  /** True when the other end's FIN has come, and all before it. */
  get finished(): boolean {
    return this.#finished;
  }

  /** True when all that the other end sends was read. */
  get ended(): boolean {
    return this.#finished && this.readable === 0 && !this.#discarded;
  }

  /** What an acknowledgement is owed: none, one that may wait for company, or one at once. */
  get owes(): 'nothing' | 'soon' | 'now' {
    if (this.#hurry || this.#unacknowledged >= SEGMENTS_PER_ACKNOWLEDGEMENT) return 'now';
    return this.#unacknowledged > 0 ? 'soon' : 'nothing';
  }

  /** RFC 9293, 3.10.7.4, first check. With no window, what comes in order is looked at for all but its bytes. */
  isAcceptable(segment: TcpSegment): boolean {
    const begin = distance(this.#next, segment.sequence);
    const length = sequenceLength(segment);
    if (begin === 0) return true;
    return length === 0 ? begin > 0 && begin < this.#window : begin < this.#window && begin + length > 0;
  }

  /** Takes the bytes and the FIN of an acceptable segment. @returns true when there is something new to read */
  take(segment: TcpSegment): boolean {
    const offset = distance(this.#next, segment.sequence);
    const gapBefore = this.#buffer.hasGap;
    const grown = this.#buffer.take(offset, this.#beforeFin(segment, offset));
    this.#next = advance(this.#next, grown);
    const ended = this.#takeFin(segment);
    this.#unacknowledged++;
    // Loss is to be seen at once (RFC 5681, 4.2), and so is the end.
    if (ended || grown === 0 || gapBefore || this.#buffer.hasGap) this.#hurry = true;
    return grown > 0 || ended;
  }

  /** Up to `most` bytes; empty when there are none. */
  read(most: number): Bytes {
    const bytes = this.#buffer.read(most);
    // The connection may be kept for long after its end, the memory not.
    if (this.#finished && this.readable === 0) this.#buffer.clear();
    return bytes;
  }

  /** True when what was read makes the window so much larger that the other end should be told. */
  get hasNewRoom(): boolean {
    const gain = distance(this.#edge, this.#offer);
    return gain >= Math.max(this.#limit / 4, this.#step) || (gain >= this.#step && this.#window < this.#step);
  }

  /** The window for the header of a segment that goes out now, and with it the acknowledgement. */
  announce(): number {
    this.#extend(this.#limit);
    this.#unacknowledged = 0;
    this.#hurry = false;
    return this.announced;
  }

  /** The window that was announced last, as far as it is still open, for a header. */
  get announced(): number {
    return Math.min(this.#window >>> this.#windowScale, MOST_WINDOW);
  }

  /** The same for a SYN, whose window is not scaled (RFC 7323, 2.2). */
  announceFirst(): number {
    return Math.min(this.#limit, MOST_WINDOW);
  }

  /** Forgets what was not read: then there is no end to be read, either. */
  discard(): void {
    this.#discarded = true;
    this.#buffer.clear();
  }

  get #window(): number {
    return Math.max(0, distance(this.#next, this.#edge));
  }

  /** Where the window could end. */
  get #offer(): Sequence {
    const most = MOST_WINDOW * 2 ** this.#windowScale;
    return advance(this.#next, Math.min(this.#buffer.room, most));
  }

  /** Moves the window's end, if it is worth it; never back. */
  #extend(most: number): void {
    const gain = Math.min(distance(this.#edge, this.#offer), most - this.#window);
    if (gain >= this.#step) this.#edge = advance(this.#edge, gain);
  }

  #beforeFin({ payload, sequence }: TcpSegment, offset: number): Uint8Array {
    if (this.#finAt === undefined || offset + payload.length <= distance(this.#next, this.#finAt)) return payload;
    return payload.subarray(0, Math.max(0, distance(sequence, this.#finAt)));
  }

  #takeFin(segment: TcpSegment): boolean {
    if (has(segment, FIN)) this.#finAt ??= advance(segment.sequence, segment.payload.length);
    if (this.#finished || this.#finAt !== this.#next) return false;
    this.#finished = true;
    this.#next = advance(this.#next, 1);
    return true;
  }
}
