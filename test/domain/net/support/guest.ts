import { parseIpv4, parseMac } from '#domain/net/address.ts';
import { decodeArp, encodeArp } from '#domain/net/arp.ts';
import { decodeEthernet, encodeEthernet, writeEthernetHeader } from '#domain/net/ethernet.ts';
import { decodeIcmp, encodeIcmp, type IcmpMessage } from '#domain/net/icmp.ts';
import { NetStack, type NetStackConfig } from '#domain/net/index.ts';
import { decodeIpv4, frameAround, HEADROOM, IP_PROTOCOL, newFrame, writeIpv4Header } from '#domain/net/ipv4.ts';
import { decodeSegment, segmentBytes, writeSegment, type TcpSegment } from '#domain/net/tcp/segment.ts';
import { decodeUdp, encodeUdp, type UdpDatagram } from '#domain/net/udp.ts';
import { Random } from '../../support/random.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

export const HOST = parseIpv4('10.0.2.2');
export const GUEST = parseIpv4('10.0.2.15');
export const HOST_MAC = parseMac('52:55:0a:00:02:02');
export const GUEST_MAC = parseMac('52:55:0a:00:02:0f');
const EMPTY = new Uint8Array(0);

/** A stack, and the other end of its link in the hands of a test: packet by packet. */
export class Guest {
  readonly clock = new VirtualClock();
  readonly frames: Uint8Array[] = [];
  readonly stack: NetStack;
  answersArp = true;
  mac = GUEST_MAC;

  constructor(changes: Partial<NetStackConfig> = {}) {
    const random = new Random(1);
    this.stack = new NetStack({
      mac: '52:55:0a:00:02:02',
      address: '10.0.2.2',
      prefix: 24,
      guestAddress: '10.0.2.15',
      lookup: (name) => (name === 'portolan.test' ? '10.0.2.2' : undefined),
      clock: this.clock,
      random: () => random.below(2 ** 32),
      transmit: (frame) => this.#take(frame),
      ...changes,
    });
  }

  /** Lets so much time pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    let over = false;
    this.clock.after(milliseconds, () => (over = true));
    await this.clock.run(end, () => over);
    await settle();
  }

  sendIpv4(protocol: number, payload: Uint8Array, source = GUEST, destination = HOST): void {
    const frame = frameAround(payload);
    writeIpv4Header(frame.subarray(14), { source, destination, protocol });
    this.#send(frame);
  }

  sendUdp(datagram: UdpDatagram, source = GUEST, destination = HOST): void {
    this.sendIpv4(IP_PROTOCOL.udp, encodeUdp(datagram, { source, destination }), source, destination);
  }

  sendIcmp(message: IcmpMessage): void {
    this.sendIpv4(IP_PROTOCOL.icmp, encodeIcmp(message));
  }

  /** Sends a segment; what is not given is 0, or empty. */
  sendTcp(fields: Partial<TcpSegment>, destination = HOST): void {
    const zeros = { sourcePort: 0, destinationPort: 0, sequence: 0, acknowledgement: 0, flags: 0, window: 0 };
    const segment = { ...zeros, options: {}, payload: EMPTY, ...fields };
    const pair = { source: GUEST, destination };
    const frame = newFrame(segmentBytes(segment));
    writeSegment(frame.subarray(HEADROOM), segment, pair);
    writeIpv4Header(frame.subarray(14), { ...pair, protocol: IP_PROTOCOL.tcp });
    this.#send(frame);
  }

  /** IPv4 packets that came since the last call. */
  packets(): readonly { source: number; destination: number; protocol: number; payload: Uint8Array; mac: number }[] {
    return this.frames.splice(0).flatMap((frame) => {
      const ethernet = decodeEthernet(frame);
      const packet = ethernet?.type === 0x0800 ? decodeIpv4(ethernet.payload) : undefined;
      return packet && ethernet ? [{ ...packet, mac: ethernet.destination }] : [];
    });
  }

  /** Segments that came since the last call. */
  segments(): readonly TcpSegment[] {
    return this.packets().flatMap((packet) => decodeSegment(packet.payload, packet) ?? []);
  }

  icmp(): readonly IcmpMessage[] {
    return this.packets().flatMap(({ payload }) => decodeIcmp(payload) ?? []);
  }

  datagrams(): readonly UdpDatagram[] {
    return this.packets().flatMap((packet) => decodeUdp(packet.payload, packet) ?? []);
  }

  #send(frame: Uint8Array): void {
    writeEthernetHeader(frame, { destination: HOST_MAC, source: this.mac, type: 0x0800 });
    this.stack.receive(frame);
  }

  #take(frame: Uint8Array): void {
    this.frames.push(frame);
    const ethernet = decodeEthernet(frame);
    const question = ethernet?.type === 0x0806 ? decodeArp(ethernet.payload) : undefined;
    if (!this.answersArp || question?.operation !== 'request' || question.targetAddress !== GUEST) return;
    const addresses = { senderMac: this.mac, senderAddress: GUEST, targetMac: HOST_MAC, targetAddress: HOST };
    const answer = encodeArp({ operation: 'reply', ...addresses });
    const header = { destination: HOST_MAC, source: this.mac, type: 0x0806 };
    this.clock.after(0, () => this.stack.receive(encodeEthernet(header, answer)));
  }
}
