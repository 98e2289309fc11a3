import { HEADROOM, IP_PROTOCOL, newFrame, writeIpv4Header } from '#domain/net/ipv4.ts';
import { ACK, RST, segmentBytes, SYN, writeSegment } from '#domain/net/tcp/segment.ts';
import { writeEthernetHeader } from '#domain/net/ethernet.ts';
import type { LinkWatcher } from './link.ts';
import type { Forgery } from './scenario.ts';

const FLAGS = { reset: RST, syn: SYN, acknowledgement: ACK } as const;

/** Somebody who sees what an end sends, and sends it segments in the other end's name. */
export class Forger implements LinkWatcher {
  /** The last segment that each end has sent. */
  readonly #seen: (Uint8Array | undefined)[] = [];

  sent(from: number, frame: Uint8Array): void {
    const isTcp = frame.length >= 54 && frame[12] === 8 && frame[13] === 0 && frame[23] === IP_PROTOCOL.tcp;
    if (isTcp && (frame[47]! & ACK) !== 0) this.#seen[from] = frame.slice(0, 54);
  }

  arrived(): void {}

  /** A frame for an end, and whether it is one that has to be believed; undefined when nothing is known of it yet. */
  forge({ to, flags, offset }: Forgery): { readonly frame: Uint8Array; readonly deadly: boolean } | undefined {
    const seen = this.#seen[to];
    if (!seen) return undefined;
    const view = new DataView(seen.buffer);
    const expected = view.getUint32(42);
    const segment = {
      sourcePort: view.getUint16(36),
      destinationPort: view.getUint16(34),
      sequence: (expected + offset) >>> 0,
      acknowledgement: (view.getUint32(38) + offset) >>> 0,
      flags: FLAGS[flags],
      window: 1000,
      options: {},
      payload: new Uint8Array(0),
    };
    const pair = { source: view.getUint32(30), destination: view.getUint32(26) };
    const frame = newFrame(segmentBytes(segment));
    writeSegment(frame.subarray(HEADROOM), segment, pair);
    writeIpv4Header(frame.subarray(14), { ...pair, protocol: IP_PROTOCOL.tcp });
    writeEthernetHeader(frame, { destination: mac(view, 6), source: mac(view, 0), type: 0x0800 });
    return { frame, deadly: isDeadly(flags, offset) };
  }
}

function mac(view: DataView, at: number): number {
  return view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
}

/** A reset has to be just right; what acknowledges too much makes the other bytes worthless. The forger sees all, so it can. */
function isDeadly(flags: Forgery['flags'], offset: number): boolean {
  if (flags === 'reset') return offset === 0;
  return flags === 'acknowledgement' && offset >= 0;
}
