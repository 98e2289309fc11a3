import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pseudoHeaderSum, wordSum } from '#domain/net/checksum.ts';
import { decodeSegment, segmentBytes, writeSegment, type TcpSegment } from '#domain/net/tcp/segment.ts';
import { decodeUdp, encodeUdp } from '#domain/net/udp.ts';
import type { V86Internals } from '#engines/v86/internals.ts';
import { V86Network } from '#engines/v86/network.ts';

const PAIR = { source: 0x0a00020f, destination: 0x0a000202 };
/** Bytes of what stands before TCP and UDP: Ethernet's header and IPv4's, which are of no meaning here. */
const BEFORE = 34;
const PROTOCOL = { tcp: 6, udp: 17 };

/** A card at which the guest has sent nothing yet. */
function newCard(): { features: Uint32Array; network: V86Network; send: (frame: Uint8Array) => void } {
  const features = Uint32Array.of(0b1000, 1);
  let send: (frame: unknown) => void = () => undefined;
  const internals = {
    bus: { send: () => undefined, register: (_: string, listener: typeof send) => void (send = listener) },
    v86: { cpu: { devices: { virtio_net: { virtio: { device_feature: features } } } } },
  };
  const network = new V86Network(internals as unknown as V86Internals);
  return { features, network, send: (frame) => send(frame) };
}

/** What the guest gives its card: a header, then the frame, whose checksum at `field` is that of its pseudo-header alone. */
function unfinished(payload: Uint8Array, protocol: number, field: number): Uint8Array {
  const sum = pseudoHeaderSum(PAIR.source, PAIR.destination, protocol, payload.length);
  const memory = new Uint8Array(12 + BEFORE + payload.length);
  const view = new DataView(memory.buffer);
  view.setUint8(0, 1);
  view.setUint16(6, BEFORE, true);
  view.setUint16(8, field, true);
  memory.set(payload, 12 + BEFORE);
  view.setUint16(12 + BEFORE + field, sum % 0xffff);
  return memory.subarray(12);
}

function passed(frame: Uint8Array): Uint8Array {
  const { network, send } = newCard();
  const frames: Uint8Array[] = [];
  network.subscribe((each) => frames.push(each));
  send(frame);
  expect(frames.length).toBe(1);
  return frames[0]!;
}

const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 65_000, maxLength: 65_400, size: 'max' }),
);

describe('the guest’s network card', () => {
  it('offers to sum and to take long segments, beside what v86 offers', () => {
    expect([...newCard().features]).toEqual([0b1000 | 1 | (1 << 11), 1]);
  });

  it('finishes the checksums of TCP segments up to 64 KiB', () => {
    const words = { sequence: fc.nat(2 ** 32 - 1), acknowledgement: fc.nat(2 ** 32 - 1) };
    const ports = { sourcePort: fc.nat(65_535), destinationPort: fc.nat(65_535) };
    const rest = { flags: fc.nat(63), window: fc.nat(65_535), options: fc.constant({}), payload: payloads };
    const check = (segment: TcpSegment): void => {
      const bytes = new Uint8Array(segmentBytes(segment));
      writeSegment(bytes, segment, PAIR);
      const frame = passed(unfinished(bytes, PROTOCOL.tcp, 16));
      expect(decodeSegment(frame.subarray(BEFORE), PAIR)).toMatchObject({ sequence: segment.sequence });
      expect(Buffer.compare(frame.subarray(BEFORE + 20), segment.payload)).toBe(0);
    };
    fc.assert(fc.property(fc.record({ ...words, ...ports, ...rest }), check), { numRuns: 50 });
  });

  it('finishes those of UDP, where 0 would mean none', () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.uint8Array({ maxLength: 2000 }), (sourcePort, payload) => {
        const bytes = encodeUdp({ sourcePort, destinationPort: 53, payload }, PAIR);
        const frame = passed(unfinished(bytes, PROTOCOL.udp, 6));
        expect(decodeUdp(frame.subarray(BEFORE), PAIR)).toMatchObject({ sourcePort });
        expect(wordSum(frame.subarray(BEFORE + 6, BEFORE + 8))).not.toBe(0);
      }),
    );
  });

  it('leaves alone what the guest has summed itself, and fields that lie outside of the frame', () => {
    const own = unfinished(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), PROTOCOL.udp, 6);
    new DataView(own.buffer).setUint8(0, 0);
    const short = unfinished(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), PROTOCOL.udp, 6);
    new DataView(short.buffer).setUint16(8, 7, true);
    for (const frame of [own, short]) expect(passed(frame)).toEqual(Uint8Array.from(frame));
  });

  it('says so when v86 passes frames in another form', () => {
    const { send } = newCard();
    expect(() => send(new Uint8Array(60))).toThrow('without their header');
  });
});
