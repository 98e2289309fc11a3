import type { LinkWatcher } from './link.ts';

const [FIN, SYN, RST, ACK] = [0x01, 0x02, 0x04, 0x10];

interface Segment {
  readonly flow: string;
  readonly reverse: string;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  readonly scale: number | undefined;
  readonly bytes: number;
}

/** What is known of the bytes that flow one way. */
interface Flow {
  /** By how much windows are shifted that this flow's sender announces. */
  scale: number | undefined;
  /** The end of the window that has arrived at this flow's sender; undefined before the first. */
  allowed: number | undefined;
  /** The end of the window that this flow's sender has announced for the reverse flow. */
  announced: number | undefined;
  /** The number after the last byte or FIN that was sent. */
  highest: number | undefined;
}

/** Reads segments off a link by itself, not by what is tested, and notes where they break the rules. */
export class WireRules implements LinkWatcher {
  readonly offences: string[] = [];
  /** Bytes that were sent more than once. */
  repeated = 0;
  bytes = 0;
  readonly #flows = new Map<string, Flow>();

  sent(_from: number, frame: Uint8Array): void {
    const segment = read(frame);
    if (!segment) return;
    const flow = this.#flow(segment.flow);
    if ((segment.flags & RST) !== 0) return;
    if ((segment.flags & SYN) !== 0) return this.#sentSyn(segment, flow);
    this.#checkWindow(segment, flow);
    this.#checkPromise(segment, flow);
  }

  arrived(_at: number, frame: Uint8Array): void {
    const segment = read(frame);
    if (!segment || (segment.flags & (ACK | RST)) !== ACK) return;
    const shift = (segment.flags & SYN) === 0 ? this.#shift(segment) : 0;
    const flow = this.#flow(segment.reverse);
    const end = segment.acknowledgement + segment.window * 2 ** shift;
    if (flow.allowed === undefined || isAfter(end, flow.allowed)) flow.allowed = end >>> 0;
  }

  #sentSyn(segment: Segment, flow: Flow): void {
    // A SYN that is not a repeated one begins a new connection.
    if (flow.highest !== undefined && isAfter(segment.sequence + 2, flow.highest)) Object.assign(flow, newFlow());
    flow.scale = segment.scale;
    flow.highest ??= (segment.sequence + 1) >>> 0;
  }

  #checkWindow({ flow: name, sequence, bytes, flags }: Segment, flow: Flow): void {
    const end = sequence + bytes;
    if (bytes > 0 && flow.allowed !== undefined && isAfter(end, flow.allowed)) {
      this.offences.push(`${name} sent ${(end - flow.allowed) | 0} bytes beyond the window`);
    }
    this.bytes += bytes;
    const past = end + ((flags & FIN) === 0 ? 0 : 1);
    const known = flow.highest ?? sequence;
    if (bytes > 0 && isAfter(known, sequence)) this.repeated += Math.min(bytes, (known - sequence) | 0);
    flow.highest = isAfter(past, known) ? past >>> 0 : known;
  }

  /** A window that was announced is kept open (RFC 9293, 3.8.6), but for what is lost in scaling. */
  #checkPromise(segment: Segment, flow: Flow): void {
    if ((segment.flags & ACK) === 0) return;
    const shift = this.#shift(segment);
    const end = segment.acknowledgement + segment.window * 2 ** shift;
    const slack = 2 ** shift;
    if (flow.announced !== undefined && isAfter(flow.announced, end + slack)) {
      this.offences.push(`${segment.flow} took back ${(flow.announced - end) | 0} bytes of its window`);
    }
    if (flow.announced === undefined || isAfter(end, flow.announced)) flow.announced = end >>> 0;
  }

  /** Scaling counts when both have asked for it. */
  #shift({ flow, reverse }: Segment): number {
    const [own, other] = [this.#flow(flow).scale, this.#flow(reverse).scale];
    return own === undefined || other === undefined ? 0 : own;
  }

  #flow(name: string): Flow {
    const flow = this.#flows.get(name) ?? newFlow();
    this.#flows.set(name, flow);
    return flow;
  }
}

function newFlow(): Flow {
  return { scale: undefined, allowed: undefined, announced: undefined, highest: undefined };
}

function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** The segment in a frame; undefined for another protocol and for what is damaged in its fixed parts. */
function read(frame: Uint8Array): Segment | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 54 || view.getUint16(12) !== 0x0800 || frame[14] !== 0x45 || frame[23] !== 6) return undefined;
  if (view.getUint16(16) !== frame.length - 14 || onesSum(view, 14, 34) !== 0xffff) return undefined;
  const header = (frame[46]! >>> 4) * 4;
  const pseudo = onesSum(view, 26, 34) + 6 + frame.length - 34;
  if ((onesSum(view, 34, frame.length) + pseudo) % 0xffff !== 0) return undefined;
  const [a, b] = [`${view.getUint32(26)}:${view.getUint16(34)}`, `${view.getUint32(30)}:${view.getUint16(36)}`];
  return {
    flow: `${a}→${b}`,
    reverse: `${b}→${a}`,
    sequence: view.getUint32(38),
    acknowledgement: view.getUint32(42),
    flags: frame[47]!,
    window: view.getUint16(48),
    scale: (frame[47]! & SYN) === 0 ? undefined : scaleIn(frame.subarray(54, 34 + header)),
    bytes: frame.length - 34 - header,
  };
}

function scaleIn(options: Uint8Array): number | undefined {
  for (let at = 0; at < options.length;) {
    const [kind = 0, length = 1, scale] = options.subarray(at);
    if (kind === 3) return scale;
    at += kind === 1 ? 1 : Math.max(1, length);
  }
  return undefined;
}

function onesSum(view: DataView, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 2) sum += at + 1 < to ? view.getUint16(at) : view.getUint8(at) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
