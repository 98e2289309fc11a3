import { AppError } from '../../errors/index.ts';
import { formatIpv4, type Ipv4Address } from '../address.ts';
import type { Clock } from '../clock.ts';
import { HEADROOM, IPV4_HEADER_BYTES, newFrame, type Ipv4Packet } from '../ipv4.ts';
import type { AddressPair } from '../udp.ts';
import { readU16, readU32, type Bytes } from '../wire.ts';
import { TcpConnection, type ConnectionEvents } from './connection.ts';
import { ConnectionIndex } from './connection-index.ts';
import { InitialSequences, type ConnectionPath } from './initial-sequence.ts';
import { OutwardOpenings, type Outside } from './outward.ts';
import {
  ACK,
  decodeSegment,
  has,
  RST,
  segmentBytes,
  sequenceLength,
  SYN,
  TCP_HEADER_BYTES,
  writeSegment,
} from './segment.ts';
import type { TcpSegment } from './segment.ts';
import { advance } from './sequence.ts';
import { ConnectionStreams, type TcpSocket } from './socket.ts';

/** Ports that are nobody's by agreement (RFC 6335). */
const FIRST_EPHEMERAL = 49_152;
const EPHEMERAL_PORTS = 0x10000 - FIRST_EPHEMERAL;
const EMPTY = new Uint8Array(0);

export interface TcpConfig {
  readonly clock: Clock;
  /** Unpredictable unsigned 32-bit numbers. */
  readonly random: () => number;
  readonly address: Ipv4Address;
  /** Bytes of an IPv4 packet that the link carries. */
  readonly mtu: number;
  /** Bytes that a connection keeps at most, either way. */
  readonly sendBuffer: number;
  readonly receiveBuffer: number;
  /** Connections at once, those in TIME-WAIT included. */
  readonly mostConnections: number;
  /** What lies behind this host, if anything. */
  readonly outside: Outside | undefined;
  /** Sends a frame whose payload is in its place. */
  readonly transmit: (frame: Bytes, pair: AddressPair) => void;
  /** Tells the sender of a packet that there is no way to where it should go. */
  readonly unreachable: (quoted: Uint8Array, sender: Ipv4Address, code: number) => void;
}

export interface ConnectOptions {
  /** Resets the connection when it is aborted, before it is open or after. */
  readonly signal?: AbortSignal | undefined;
}

type Accept = (socket: TcpSocket) => void;

/** The connections of a host, and the ports that it listens on (RFC 9293, 3.9 and 3.10). */
export class TcpTable {
  readonly #config: TcpConfig;
  readonly #sequences: InitialSequences;
  readonly #connections = new ConnectionIndex();
  readonly #listeners = new Map<number, Accept>();
  readonly #outward: OutwardOpenings;
  #lastPort: number;

  constructor(config: TcpConfig) {
    this.#config = config;
    this.#sequences = new InitialSequences(config.random);
    this.#lastPort = config.random() % EPHEMERAL_PORTS;
    this.#outward = new OutwardOpenings(config.outside, {
      hasRoom: (pending) => this.#hasRoom(pending),
      accept: (path, syn, user) => this.#open(path, user).accept(syn),
      refuse: (path, segment) => this.#refuse(path, segment),
      unreachable: config.unreachable,
    });
  }

  /** Connections of any state, TIME-WAIT included. */
  get size(): number {
    return this.#connections.size;
  }

  /** @throws AppError `net/refused`, `net/timeout`, `net/unreachable`, `net/busy`; the signal's reason */
  async connect(remoteAddress: Ipv4Address, remotePort: number, { signal }: ConnectOptions = {}): Promise<TcpSocket> {
    signal?.throwIfAborted();
    const localPort = this.#freePort(remoteAddress, remotePort);
    const path = { localAddress: this.#config.address, localPort, remoteAddress, remotePort };
    return new Promise((resolve, reject) => {
      const connection = this.#open(path, { opened: resolve, failed: reject, signal });
      connection.connect();
    });
  }

  /**
   * Takes connections to a port, until the signal.
   * @param accept is called with each that is open
   * @throws AppError `net/port-in-use`
   */
  listen(port: number, accept: Accept, { signal }: ConnectOptions = {}): void {
    if (signal?.aborted === true) return;
    if (this.#listeners.has(port)) throw new AppError('net/port-in-use', { port });
    this.#listeners.set(port, accept);
    signal?.addEventListener('abort', () => this.#listeners.delete(port), { once: true });
  }

  /**
   * Takes a packet with a segment in it.
   * @param bytes the packet, for who is told that it cannot be delivered
   */
  receive({ source, destination, payload, isSummed }: Ipv4Packet, bytes: Uint8Array): void {
    const segment = decodeSegment(payload, { source, destination }, isSummed);
    if (!segment) return;
    const { sourcePort: remotePort, destinationPort: localPort } = segment;
    const path = { localAddress: destination, localPort, remoteAddress: source, remotePort };
    const connection = this.#connections.get(path);
    const isOutward = destination !== this.#config.address;
    // Where nobody listens it would be refused, and who has closed this connection would be refused with it.
    const isWanted = isOutward || this.#listeners.has(localPort);
    if (isWanted && connection?.isSucceededBy(segment) === true) this.#forget(connection);
    else if (connection) return connection.receive(segment);
    if (isOutward) this.#outward.receive(path, segment, bytes);
    else this.#receiveStray(path, segment);
  }

  /** Takes what a router or host says of a packet that we sent, as far as it is quoted. */
  unreachable(quoted: Uint8Array): void {
    const header = ((quoted[0] ?? 0) & 0x0f) * 4;
    if (header !== IPV4_HEADER_BYTES || quoted.length < IPV4_HEADER_BYTES + 8) return;
    const tcp = quoted.subarray(header);
    const connection = this.#connections.get({
      localAddress: readU32(quoted, 12),
      localPort: readU16(tcp, 0),
      remoteAddress: readU32(quoted, 16),
      remotePort: readU16(tcp, 2),
    });
    // Only who has seen the SYN knows its number (RFC 5927).
    if (connection?.initial === readU32(tcp, 4)) connection.unreachable();
  }

  /** Nobody on the link has this address. */
  hostUnreachable(address: Ipv4Address): void {
    for (const connection of this.#connections.all()) {
      if (connection.path.remoteAddress === address) connection.unreachable();
    }
  }

  /** Resets all connections; their streams fail with `reason`. */
  dispose(reason: unknown): void {
    this.#listeners.clear();
    this.#outward.dispose();
    for (const connection of this.#connections.all()) {
      connection.abort(reason);
      this.#forget(connection);
    }
  }

  #receiveStray(path: ConnectionPath, segment: TcpSegment): void {
    const accept = this.#listeners.get(path.localPort);
    if (has(segment, RST)) return;
    if (!accept || has(segment, ACK)) return this.#refuse(path, segment);
    if (!has(segment, SYN) || !this.#hasRoom()) return;
    this.#open(path, { opened: accept, failed: () => undefined, signal: undefined }).accept(segment);
  }

  #open(path: ConnectionPath, user: ConnectionUser): TcpConnection {
    const { clock, mtu, sendBuffer, receiveBuffer } = this.#config;
    const initial = this.#sequences.next(path, clock.now());
    const mss = mtu - IPV4_HEADER_BYTES - TCP_HEADER_BYTES;
    const send = (segment: TcpSegment): void => this.#send(path, segment);
    const config = { path, clock, initial, mss, sendBuffer, receiveBuffer, send };
    const connection = new TcpConnection(
      config,
      eventsFor(
        user,
        () => connection,
        () => this.#connections.delete(connection),
      ),
    );
    this.#connections.add(connection);
    return connection;
  }

  #forget(connection: TcpConnection): void {
    connection.dispose();
    this.#connections.delete(connection);
  }

  /**
   * Makes room by forgetting the oldest connection in TIME-WAIT, if it must.
   * @param pending connections that are about to be
   */
  #hasRoom(pending = 0): boolean {
    if (this.#connections.size + pending < this.#config.mostConnections) return true;
    for (const connection of this.#connections.all()) {
      if (connection.state !== 'time-wait') continue;
      this.#forget(connection);
      return true;
    }
    return false;
  }

  #freePort(remoteAddress: Ipv4Address, remotePort: number): number {
    const count = this.#hasRoom() ? EPHEMERAL_PORTS : 0;
    for (let i = 0; i < count; i++) {
      this.#lastPort = (this.#lastPort + 1) % EPHEMERAL_PORTS;
      const port = FIRST_EPHEMERAL + this.#lastPort;
      const path = { localAddress: this.#config.address, localPort: port, remoteAddress, remotePort };
      if (!this.#listeners.has(port) && !this.#connections.get(path)) return port;
    }
    throw new AppError('net/busy', {
      address: `${formatIpv4(remoteAddress)}:${remotePort}`,
      limit: this.#connections.size,
    });
  }

  /** RFC 9293, 3.10.7.1: a reset that the sender of `segment` believes. */
  #refuse(path: ConnectionPath, segment: TcpSegment): void {
    const ports = { sourcePort: segment.destinationPort, destinationPort: segment.sourcePort };
    const rest = { ...ports, window: 0, options: {}, payload: EMPTY };
    const { acknowledgement: sequence } = segment;
    if (has(segment, ACK)) return this.#send(path, { ...rest, sequence, acknowledgement: 0, flags: RST });
    const acknowledgement = advance(segment.sequence, sequenceLength(segment));
    this.#send(path, { ...rest, sequence: 0, acknowledgement, flags: RST | ACK });
  }

  #send({ localAddress: source, remoteAddress: destination }: ConnectionPath, segment: TcpSegment): void {
    const frame = newFrame(segmentBytes(segment));
    writeSegment(frame.subarray(HEADROOM), segment, { source, destination });
    this.#config.transmit(frame, { source, destination });
  }
}

/** Who wants a connection. */
export interface ConnectionUser {
  readonly opened: (socket: TcpSocket) => void;
  readonly failed: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** Gives `user` streams when the connection is open, or the error that kept it from opening. */
function eventsFor(user: ConnectionUser, connection: () => TcpConnection, released: () => void): ConnectionEvents {
  let streams: ConnectionStreams | undefined;
  const abort = (): void => (streams ?? connection()).abort(user.signal?.reason);
  user.signal?.addEventListener('abort', abort, { once: true });
  return {
    opened: () => {
      streams = new ConnectionStreams(connection());
      user.opened(streams);
    },
    readable: () => streams?.events.readable(),
    writable: () => streams?.events.writable(),
    ended: (error) => {
      user.signal?.removeEventListener('abort', abort);
      if (streams) streams.events.ended(error);
      else user.failed(error);
    },
    released,
  };
}
