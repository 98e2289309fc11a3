import { BROADCAST_MAC, type Ipv4Interface, type Ipv4Address, type MacAddress } from './address.ts';
import { encodeArp, type ArpPacket } from './arp.ts';
import type { Clock } from './clock.ts';
import { encodeEthernet, ETHER_TYPE, writeEthernetHeader } from './ethernet.ts';
import type { Bytes } from './wire.ts';

/** Questions about an address until it counts as not there, and milliseconds between them (RFC 1122, 2.3.2.1). */
const TRIES = 3;
const RETRY_MS = 1000;
/** Milliseconds after which an answer is asked for again. */
const FRESH_MS = 60_000;
/** Milliseconds without a word from a host that was sent something, after which it is asked whether it has another address now. */
const DOUBT_MS = 200;
/** Frames that wait for one answer; further ones are lost, as on any link. A page may well ask for a hundred things at once. */
const MOST_WAITING = 256;
/** Hosts that are known or asked for. There is one guest; more are somebody's attempt at our memory. */
const MOST_NEIGHBOURS = 64;

interface Neighbour {
  mac: MacAddress | undefined;
  /** When it was last heard of. */
  heard: number;
  /** When the first frame went to it since then, or it was last asked for because of that. */
  unanswered: number | undefined;
  waiting: Bytes[];
  /** Calls off the next question. */
  cancel: () => void;
}

export interface NeighboursConfig {
  readonly clock: Clock;
  readonly mac: MacAddress;
  readonly network: Ipv4Interface;
  readonly transmit: (frame: Bytes) => void;
  /** Called when nobody has said that an address is theirs. */
  readonly onUnreachable: (address: Ipv4Address) => void;
}

/** Whose hardware address is whose IPv4 address on the link: asks, remembers and answers (RFC 826). */
export class Neighbours {
  readonly #config: NeighboursConfig;
  readonly #known = new Map<Ipv4Address, Neighbour>();

  constructor(config: NeighboursConfig) {
    this.#config = config;
  }

  /** Sends a frame with an IPv4 packet in it, as soon as its receiver's hardware address is known. */
  send(frame: Bytes, address: Ipv4Address): void {
    const { clock, transmit } = this.#config;
    const neighbour = this.#known.get(address) ?? this.#add(address);
    if (neighbour.mac !== undefined && clock.now() - neighbour.heard <= FRESH_MS) {
      this.#doubt(address, neighbour);
      this.address(frame, neighbour.mac);
      return transmit(frame);
    }
    if (neighbour.waiting.length < MOST_WAITING) neighbour.waiting.push(frame);
    if (neighbour.waiting.length === 1) this.#ask(address, neighbour, TRIES);
  }

  /** Takes note that a host's packet came from this hardware address: what is known of it holds. */
  confirm(address: Ipv4Address, mac: MacAddress): void {
    const neighbour = this.#known.get(address);
    if (neighbour?.mac === mac) neighbour.unanswered = undefined;
  }

  /** Writes the header of a frame with an IPv4 packet in it. */
  address(frame: Bytes, destination: MacAddress): void {
    writeEthernetHeader(frame, { destination, source: this.#config.mac, type: ETHER_TYPE.ipv4 });
  }

  receive(packet: ArpPacket): void {
    const { network, mac } = this.#config;
    const forUs = packet.targetAddress === network.address;
    // What is said to all updates what is known; it adds nothing (RFC 826, packet reception).
    if (network.reaches(packet.senderAddress) && packet.senderAddress !== network.address) this.#learn(packet, forUs);
    if (!forUs || packet.operation !== 'request') return;
    this.#transmit(packet.senderMac, {
      operation: 'reply',
      senderMac: mac,
      senderAddress: network.address,
      targetMac: packet.senderMac,
      targetAddress: packet.senderAddress,
    });
  }

  /** Forgets everything, what waits to be sent included. */
  dispose(): void {
    for (const { cancel } of this.#known.values()) cancel();
    this.#known.clear();
  }

  #learn({ senderAddress, senderMac }: ArpPacket, add: boolean): void {
    const neighbour = this.#known.get(senderAddress) ?? (add ? this.#add(senderAddress) : undefined);
    if (!neighbour) return;
    neighbour.mac = senderMac;
    neighbour.heard = this.#config.clock.now();
    neighbour.unanswered = undefined;
    neighbour.cancel();
    for (const frame of neighbour.waiting.splice(0)) {
      this.address(frame, senderMac);
      this.#config.transmit(frame);
    }
  }

  #add(address: Ipv4Address): Neighbour {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_NEIGHBOURS && oldest !== undefined) {
      this.#known.get(oldest)?.cancel();
      this.#known.delete(oldest);
    }
    const neighbour = { mac: undefined, heard: 0, unanswered: undefined, waiting: [], cancel: () => undefined };
    this.#known.set(address, neighbour);
    return neighbour;
  }

  /**
   * A host that keeps silent may be slow, so frames still go to it; or it is another by now, as a machine that gives itself an
   * address of its own after it was started from a snapshot.
   */
  #doubt(address: Ipv4Address, neighbour: Neighbour): void {
    const now = this.#config.clock.now();
    neighbour.unanswered ??= now;
    if (now - neighbour.unanswered < DOUBT_MS) return;
    neighbour.unanswered = now;
    this.#request(address);
  }

  #ask(address: Ipv4Address, neighbour: Neighbour, tries: number): void {
    const { clock, onUnreachable } = this.#config;
    if (tries === 0) {
      this.#known.delete(address);
      return onUnreachable(address);
    }
    neighbour.cancel = clock.after(RETRY_MS, () => this.#ask(address, neighbour, tries - 1));
    this.#request(address);
  }

  #request(address: Ipv4Address): void {
    const { mac, network } = this.#config;
    this.#transmit(BROADCAST_MAC, {
      operation: 'request',
      senderMac: mac,
      senderAddress: network.address,
      targetMac: 0,
      targetAddress: address,
    });
  }

  #transmit(destination: MacAddress, packet: ArpPacket): void {
    const header = { destination, source: this.#config.mac, type: ETHER_TYPE.arp };
    this.#config.transmit(encodeEthernet(header, encodeArp(packet)));
  }
}
