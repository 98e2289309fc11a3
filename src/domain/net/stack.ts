import { AppError } from '../errors/index.ts';
import {
  BROADCAST_MAC,
  formatIpv4,
  Ipv4Interface,
  LIMITED_BROADCAST,
  parseIpv4,
  parseMac,
  UNSPECIFIED,
  type Ipv4Address,
  type MacAddress,
} from './address.ts';
import { decodeArp } from './arp.ts';
import type { Clock } from './clock.ts';
import { answerDhcp, DHCP_PORT } from './dhcp-server.ts';
import { decodeDhcp, encodeDhcp } from './dhcp.ts';
import { answerDns, DNS_PORT } from './dns-server.ts';
import { EchoRequests, type PingOptions } from './echo.ts';
import { decodeEthernet, ETHER_TYPE, ETHERNET_MTU } from './ethernet.ts';
import { decodeIcmp, encodeIcmp, quote, UNREACHABLE, type IcmpMessage } from './icmp.ts';
import {
  decodeIpv4,
  frameAround,
  HEADROOM,
  IP_PROTOCOL,
  IPV4_HEADER_BYTES,
  writeIpv4Header,
  type Ipv4Packet,
} from './ipv4.ts';
import { Neighbours } from './neighbours.ts';
import type { TcpSocket } from './tcp/socket.ts';
import type { Outside } from './tcp/outward.ts';
import { TcpTable, type ConnectOptions } from './tcp/table.ts';
import { decodeUdp, encodeUdp, type AddressPair, type UdpDatagram } from './udp.ts';
import type { Bytes } from './wire.ts';

/** Bytes: what a guest sends within some tens of milliseconds, in which it may not be let run. */
const BUFFER_BYTES = 1024 * 1024;
/** More than a browser would ask for; each takes up to two megabytes while it is used. */
const MOST_CONNECTIONS = 1024;
const FIRST_MULTICAST: Ipv4Address = parseIpv4('224.0.0.0');

/** A host on the link, and what it knows. */
export interface NetStackConfig {
  /** This end's hardware address, six bytes in hexadecimal with colons. */
  readonly mac: string;
  /** This end's IPv4 address, which is the guest's router and name server, too. */
  readonly address: string;
  /** Bits of the network's address, 1 to 30. */
  readonly prefix: number;
  /** What a guest that asks by DHCP is given. */
  readonly guestAddress: string;
  /** The IPv4 address of a name that the guest asks for (lower case, no dot at the end); undefined when there is no such name. */
  readonly lookup: (name: string) => string | undefined;
  /** What lies behind this end, which is the guest's router; by default nothing. */
  readonly outside?: Outside | undefined;
  readonly clock: Clock;
  /** Bytes of a packet on this link at most; by default Ethernet's 1500. */
  readonly mtu?: number | undefined;
  /** Unpredictable unsigned 32-bit numbers. */
  readonly random: () => number;
  /** Takes a frame for the guest; the frame is its own then. It must not call `receive` before it returns. */
  readonly transmit: (frame: Bytes) => void;
  /** Bytes that a connection keeps at most, either way; for who has less memory or tests small windows. */
  readonly bufferBytes?: number | undefined;
}

/**
 * One end of an Ethernet link with a guest at the other: frames in, frames out, and connections for whoever is on this side.
 * Knows nothing of where the frames come from and go to.
 */
export class NetStack {
  readonly #config: NetStackConfig;
  readonly #mac: MacAddress;
  readonly #network: Ipv4Interface;
  readonly #guest: Ipv4Address;
  readonly #neighbours: Neighbours;
  readonly #tcp: TcpTable;
  readonly #echo: EchoRequests;
  #closed = false;

  /** @throws RangeError when an address is none */
  constructor(config: NetStackConfig) {
    const { clock, random } = config;
    this.#config = config;
    this.#mac = parseMac(config.mac);
    this.#network = new Ipv4Interface(parseIpv4(config.address), config.prefix);
    this.#guest = parseIpv4(config.guestAddress);
    this.#neighbours = this.#newNeighbours();
    this.#tcp = this.#newTable(config.bufferBytes ?? BUFFER_BYTES);
    this.#echo = new EchoRequests(clock, random(), (request, to) => this.#sendIcmp(request, to));
  }

  /** Connections of any state, those that have ended and wait for stragglers included. */
  get connections(): number {
    return this.#tcp.size;
  }

  /**
   * Takes a frame from the guest. Whatever it holds, this does not throw. The frame must not change until it returns.
   * @param isSummed whether the checksums of TCP and UDP are in it; a guest may leave them to a card
   */
  receive(frame: Uint8Array, isSummed = true): void {
    const ethernet = this.#closed ? undefined : decodeEthernet(frame);
    if (!ethernet || (ethernet.destination !== this.#mac && ethernet.destination !== BROADCAST_MAC)) return;
    if (ethernet.type === ETHER_TYPE.arp) this.#receiveArp(ethernet.payload);
    if (ethernet.type === ETHER_TYPE.ipv4) this.#receiveIpv4(ethernet.payload, ethernet.source, isSummed);
  }

  /**
   * Connects to a port of a host on the link.
   * @throws AppError `net/refused`, `net/timeout`, `net/unreachable`, `net/busy`, `net/closed`; the signal's reason
   */
  async connect(address: string, port: number, options: ConnectOptions = {}): Promise<TcpSocket> {
    return this.#tcp.connect(this.#reachable(address), port, options);
  }

  /**
   * Takes the guest's connections to a port of this end, until the signal.
   * @param accept is called with each that is open
   * @throws AppError `net/port-in-use`, `net/closed`
   */
  listen(port: number, accept: (socket: TcpSocket) => void, options: ConnectOptions = {}): void {
    this.#throwIfClosed();
    this.#tcp.listen(port, accept, options);
  }

  /**
   * Asks a host for an echo.
   * @returns milliseconds until the answer
   * @throws AppError `net/timeout`, `net/unreachable`, `net/closed`; the signal's reason
   */
  async ping(address: string, options: PingOptions = {}): Promise<number> {
    return this.#echo.ask(this.#reachable(address), options);
  }

  /** Resets all connections and takes nothing of the clock any more. */
  close(): void {
    const reason = new AppError('net/closed');
    this.#tcp.dispose(reason);
    this.#echo.dispose(reason);
    this.#neighbours.dispose();
    this.#closed = true;
  }

  #receiveArp(payload: Uint8Array): void {
    const packet = decodeArp(payload);
    if (packet) this.#neighbours.receive(packet);
  }

  #receiveIpv4(bytes: Uint8Array, sender: MacAddress, isSummed: boolean): void {
    const packet = decodeIpv4(bytes, isSummed);
    if (!packet) return;
    this.#neighbours.confirm(packet.source, sender);
    if (!this.#network.reaches(packet.source)) {
      // A guest that has no address yet may ask for one, and nothing else.
      if (packet.source === UNSPECIFIED && packet.protocol === IP_PROTOCOL.udp) this.#receiveUdp(packet, bytes);
    } else if (packet.destination === this.#network.address) {
      this.#dispatch(packet, bytes);
    } else if (this.#isBroadcast(packet.destination)) {
      if (packet.protocol === IP_PROTOCOL.udp) this.#receiveUdp(packet, bytes);
    } else if (packet.destination < FIRST_MULTICAST) {
      this.#forward(packet, bytes);
    }
  }

  /** Behind this router is nothing but TCP, if anything. A program that is told so gives up at once instead of in minutes. */
  #forward(packet: Ipv4Packet, bytes: Uint8Array): void {
    if (packet.protocol === IP_PROTOCOL.tcp) return this.#tcp.receive(packet, bytes);
    const isUdp = packet.protocol === IP_PROTOCOL.udp && this.#config.outside?.isOpen === true;
    this.#refuse(packet, bytes, isUdp ? UNREACHABLE.port : UNREACHABLE.network);
  }

  #dispatch(packet: Ipv4Packet, bytes: Uint8Array): void {
    if (packet.protocol === IP_PROTOCOL.tcp) this.#tcp.receive(packet, bytes);
    else if (packet.protocol === IP_PROTOCOL.udp) this.#receiveUdp(packet, bytes);
    else if (packet.protocol === IP_PROTOCOL.icmp) this.#receiveIcmp(packet);
    else this.#refuse(packet, bytes, UNREACHABLE.protocol);
  }

  #receiveIcmp({ payload, source }: Ipv4Packet): void {
    const message = decodeIcmp(payload);
    if (message?.type === 'echo-request') this.#sendIcmp({ ...message, type: 'echo-reply' }, source);
    if (message?.type === 'echo-reply') this.#echo.receive(message, source);
    if (message?.type === 'unreachable') this.#tcp.unreachable(message.quoted);
  }

  #receiveUdp(packet: Ipv4Packet, bytes: Uint8Array): void {
    const datagram = decodeUdp(packet.payload, packet, packet.isSummed);
    if (datagram?.destinationPort === DHCP_PORT.server) this.#answerDhcp(datagram);
    else if (packet.source === UNSPECIFIED || !datagram) return;
    else if (datagram.destinationPort === DNS_PORT) this.#answerDns(datagram, packet.source);
    else if (packet.destination === this.#network.address) this.#refuse(packet, bytes, UNREACHABLE.port);
  }

  #answerDhcp({ payload }: UdpDatagram): void {
    const question = decodeDhcp(payload);
    const { address: server, mask } = this.#network;
    const offer = { address: this.#guest, mask, server, mtu: this.#config.mtu ?? ETHERNET_MTU };
    const answer = question && answerDhcp(question, offer);
    if (!answer) return;
    // RFC 2131, 4.1: who has no address yet cannot be asked for its hardware address by it.
    const known = answer.clientAddress || answer.yourAddress;
    const destination = answer.broadcast ? LIMITED_BROADCAST : known;
    const ports = { sourcePort: DHCP_PORT.server, destinationPort: DHCP_PORT.client };
    const udp = encodeUdp({ ...ports, payload: encodeDhcp(answer) }, { source: server, destination });
    const frame = this.#packet(udp, IP_PROTOCOL.udp, destination);
    this.#neighbours.address(frame, answer.broadcast ? BROADCAST_MAC : answer.clientMac);
    this.#config.transmit(frame);
  }

  #answerDns({ payload, sourcePort }: UdpDatagram, destination: Ipv4Address): void {
    const answer = answerDns(payload, (name) => {
      const address = this.#config.lookup(name);
      return address === undefined ? undefined : parseIpv4(address);
    });
    if (!answer) return;
    const datagram = { sourcePort: DNS_PORT, destinationPort: sourcePort, payload: answer };
    const udp = encodeUdp(datagram, { source: this.#network.address, destination });
    this.#send(this.#packet(udp, IP_PROTOCOL.udp, destination), destination);
  }

  /** Says that a packet cannot be delivered; never of what says so itself (RFC 1122, 3.2.2). */
  #refuse(packet: Ipv4Packet, bytes: Uint8Array, code: number): void {
    const isError = packet.protocol === IP_PROTOCOL.icmp && decodeIcmp(packet.payload)?.type !== 'echo-request';
    if (!isError) this.#sendIcmp({ type: 'unreachable', code, quoted: quote(bytes) }, packet.source);
  }

  #sendIcmp(message: IcmpMessage, destination: Ipv4Address): void {
    this.#send(this.#packet(encodeIcmp(message), IP_PROTOCOL.icmp, destination), destination);
  }

  #packet(payload: Bytes, protocol: number, destination: Ipv4Address): Bytes {
    const frame = frameAround(payload);
    writeHeader(frame, protocol, { source: this.#network.address, destination });
    return frame;
  }

  #send(frame: Bytes, destination: Ipv4Address): void {
    this.#neighbours.send(frame, destination);
  }

  #isBroadcast(address: Ipv4Address): boolean {
    return address === LIMITED_BROADCAST || address === this.#network.broadcast;
  }

  #reachable(text: string): Ipv4Address {
    this.#throwIfClosed();
    const address = parseIpv4(text);
    if (this.#network.reaches(address) && address !== this.#network.address) return address;
    throw new AppError('net/unreachable', { address: formatIpv4(address) });
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new AppError('net/closed');
  }

  #newNeighbours(): Neighbours {
    const { clock, transmit } = this.#config;
    const onUnreachable = (address: Ipv4Address): void => {
      this.#tcp.hostUnreachable(address);
      this.#echo.hostUnreachable(address);
    };
    return new Neighbours({ clock, mac: this.#mac, network: this.#network, transmit, onUnreachable });
  }

  #newTable(bufferBytes: number): TcpTable {
    const { clock, random } = this.#config;
    return new TcpTable({
      clock,
      random,
      address: this.#network.address,
      mtu: this.#config.mtu ?? ETHERNET_MTU,
      sendBuffer: bufferBytes,
      receiveBuffer: bufferBytes,
      mostConnections: MOST_CONNECTIONS,
      outside: this.#config.outside,
      transmit: (frame, pair) => {
        writeHeader(frame, IP_PROTOCOL.tcp, pair);
        this.#send(frame, pair.destination);
      },
      unreachable: (quoted, sender, code) => this.#sendIcmp({ type: 'unreachable', code, quoted }, sender),
    });
  }
}

function writeHeader(frame: Bytes, protocol: number, { source, destination }: AddressPair): void {
  writeIpv4Header(frame.subarray(HEADROOM - IPV4_HEADER_BYTES), { source, destination, protocol });
}
