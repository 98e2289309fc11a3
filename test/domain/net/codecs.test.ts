import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, Ipv4Interface, parseIpv4, parseMac } from '#domain/net/address.ts';
import { decodeArp, encodeArp } from '#domain/net/arp.ts';
import { checksumOf, wordSum } from '#domain/net/checksum.ts';
import { decodeDhcp, encodeDhcp } from '#domain/net/dhcp.ts';
import { decodeEthernet, encodeEthernet } from '#domain/net/ethernet.ts';
import { decodeIcmp, encodeIcmp, type IcmpMessage } from '#domain/net/icmp.ts';
import { decodeIpv4, frameAround, writeIpv4Header } from '#domain/net/ipv4.ts';
import { decodeOptions } from '#domain/net/tcp/options.ts';
import { decodeSegment, segmentBytes, writeSegment } from '#domain/net/tcp/segment.ts';
import { decodeUdp, encodeUdp } from '#domain/net/udp.ts';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const mac = fc.nat(0xffff_ffff_ffff);
const bytes = fc.uint8Array({ maxLength: 1500 });
const padding = fc.uint8Array({ maxLength: 50 });
const pair = fc.record({ source: u32, destination: u32 });

function padded(value: Uint8Array, by: Uint8Array): Uint8Array {
  return Uint8Array.from([...value, ...by]);
}

describe('addresses', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(u32, (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
      }),
    );
    expect(formatIpv4(parseIpv4('10.0.2.15'))).toBe('10.0.2.15');
    expect(parseMac('52:55:0A:00:02:02')).toBe(0x52550a000202);
  });

  it('are refused when they are none', () => {
    for (const text of ['', '10.0.2', '10.0.2.256', '10.0.2.1.1', ' 10.0.2.1', '10.0.2.1\n', 'a.b.c.d', '::1']) {
      expect(() => parseIpv4(text)).toThrow(RangeError);
    }
    for (const text of ['', '52:55:0a:00:02', '52-55-0a-00-02-02', '5255:0a:00:02:02:01']) {
      expect(() => parseMac(text)).toThrow(RangeError);
    }
  });

  it('belong to a network, but for its own and its broadcast address', () => {
    const network = new Ipv4Interface(parseIpv4('10.0.2.2'), 24);
    const reached = ['10.0.2.0', '10.0.2.1', '10.0.2.15', '10.0.2.255', '10.0.3.1', '192.168.0.1'].filter((text) =>
      network.reaches(parseIpv4(text)),
    );
    expect(reached).toEqual(['10.0.2.1', '10.0.2.15']);
    expect(formatIpv4(network.broadcast)).toBe('10.0.2.255');
  });
});

describe('the checksum', () => {
  it('is that of the example in RFC 1071, and 0 over bytes that contain it', () => {
    const example = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(checksumOf(wordSum(example))).toBe(0xffff - 0xddf2);
    expect(checksumOf(wordSum(padded(example, Uint8Array.of(0x22, 0x0d))))).toBe(0);
  });

  it('finds every turned bit', () => {
    const turned = fc.record({ data: fc.uint8Array({ minLength: 1, maxLength: 100 }), at: fc.nat(), bit: fc.nat(7) });
    fc.assert(
      fc.property(turned, ({ data, at, bit }) => {
        const before = checksumOf(wordSum(data));
        data[at % data.length]! ^= 1 << bit;
        expect(checksumOf(wordSum(data))).not.toBe(before);
      }),
    );
  });
});

describe('what is written is read again, padding or not', () => {
  it('in Ethernet frames', () => {
    const frames = fc.record({ destination: mac, source: mac, type: u16, payload: bytes });
    fc.assert(
      fc.property(frames, ({ payload, ...header }) => {
        expect(decodeEthernet(encodeEthernet(header, payload))).toEqual({ ...header, payload });
      }),
    );
  });

  it('in ARP packets', () => {
    const packets = fc.record({
      operation: fc.constantFrom('request' as const, 'reply' as const),
      senderMac: mac,
      senderAddress: u32,
      targetMac: mac,
      targetAddress: u32,
    });
    fc.assert(
      fc.property(packets, padding, (packet, pad) => {
        expect(decodeArp(padded(encodeArp(packet), pad))).toEqual(packet);
      }),
    );
  });

  it('in IPv4 packets', () => {
    const packets = fc.record({ source: u32, destination: u32, protocol: u8, payload: bytes });
    fc.assert(
      fc.property(packets, padding, ({ payload, ...header }, pad) => {
        const packet = frameAround(payload).subarray(14);
        writeIpv4Header(packet, header);
        expect(decodeIpv4(padded(packet, pad))).toEqual({ ...header, payload, isSummed: true });
      }),
    );
  });

  it('in ICMP messages', () => {
    const messages: fc.Arbitrary<IcmpMessage> = fc.oneof(
      fc.record({
        type: fc.constantFrom('echo-request' as const, 'echo-reply' as const),
        identifier: u16,
        sequence: u16,
        data: bytes,
      }),
      fc.record({ type: fc.constant('unreachable' as const), code: u8, quoted: bytes }),
    );
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeIcmp(encodeIcmp(message))).toEqual(message);
      }),
    );
  });

  it('in UDP datagrams, with a checksum or without', () => {
    const datagrams = fc.record({ sourcePort: u16, destinationPort: u16, payload: bytes });
    fc.assert(
      fc.property(datagrams, pair, padding, (datagram, addresses, pad) => {
        const encoded = encodeUdp(datagram, addresses);
        expect(decodeUdp(padded(encoded, pad), addresses)).toEqual(datagram);
        encoded.fill(0, 6, 8);
        expect(decodeUdp(encoded, addresses)).toEqual(datagram);
        // What a guest writes that leaves summing to its card: a sum of other bytes.
        encoded.fill(0x77, 6, 8);
        expect(decodeUdp(encoded, addresses, false)).toEqual(datagram);
      }),
    );
  });

  it('in DHCP messages', () => {
    const options = fc
      .dictionary(fc.integer({ min: 1, max: 254 }).map(String), fc.uint8Array({ maxLength: 255 }), { maxKeys: 8 })
      .map((entries) => new Map(Object.entries(entries).map(([key, value]) => [Number(key), value])));
    const messages = fc.record({
      operation: fc.constantFrom('request' as const, 'reply' as const),
      transaction: u32,
      seconds: u16,
      broadcast: fc.boolean(),
      clientAddress: u32,
      yourAddress: u32,
      clientMac: mac,
      options,
    });
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeDhcp(encodeDhcp(message))).toEqual(message);
      }),
    );
  });

  it('in TCP segments', () => {
    const segments = fc.record({
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgement: u32,
      flags: u8,
      window: u16,
      options: fc.record({ mss: u16, windowScale: fc.nat(14) }, { requiredKeys: [] }),
      payload: bytes,
    });
    fc.assert(
      fc.property(segments, pair, (segment, addresses) => {
        const encoded = new Uint8Array(segmentBytes(segment));
        writeSegment(encoded, segment, addresses);
        expect(decodeSegment(encoded, addresses)).toEqual(segment);
        encoded[16]! ^= 0x10;
        expect(decodeSegment(encoded, addresses)).toBeUndefined();
        expect(decodeSegment(encoded, addresses, false)).toEqual(segment);
      }),
    );
  });
});

describe('what nobody has written', () => {
  const garbage = fc.oneof(bytes, fc.uint8Array({ maxLength: 80 }));

  it('is refused without a word, whatever it is', () => {
    const addresses = { source: 1, destination: 2 };
    fc.assert(
      fc.property(garbage, (data) => {
        for (const decode of [decodeEthernet, decodeArp, decodeIpv4, decodeIcmp, decodeDhcp]) decode(data);
        decodeUdp(data, addresses);
        decodeSegment(data, addresses);
        decodeOptions(data);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused where a beginning of something right is cut off', () => {
    const packet = frameAround(new Uint8Array(40)).subarray(14);
    writeIpv4Header(packet, { source: 1, destination: 2, protocol: 6 });
    for (let length = 0; length < packet.length; length++) {
      expect(decodeIpv4(packet.subarray(0, length))).toBeUndefined();
    }
  });

  it('is refused where it is a piece of a larger packet', () => {
    for (const fragment of [0x2000, 0x0001]) {
      const packet = frameAround(new Uint8Array(40)).subarray(14);
      writeIpv4Header(packet, { source: 1, destination: 2, protocol: 17 });
      packet.set([fragment >>> 8, fragment & 0xff], 6);
      packet.fill(0, 10, 12);
      const sum = checksumOf(wordSum(packet.subarray(0, 20)));
      packet.set([sum >>> 8, sum & 0xff], 10);
      expect(decodeIpv4(packet)).toBeUndefined();
    }
  });

  it('in the options of a segment ends them, and does not take what comes before with it', () => {
    expect(decodeOptions(Uint8Array.of(2, 4, 5, 180, 3, 0))).toEqual({ mss: 1460 });
    expect(decodeOptions(Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 99))).toEqual({ windowScale: 14 });
    expect(decodeOptions(Uint8Array.of(0, 2, 4, 5, 180))).toEqual({});
    expect(decodeOptions(Uint8Array.of(2))).toEqual({});
  });
});
