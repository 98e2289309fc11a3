import { AppError } from '../../errors/index.ts';
import { formatIpv4, type Ipv4Address } from '../address.ts';
import type { Clock } from '../clock.ts';
import { HEADROOM, IPV4_HEADER_BYTES, newFrame, type Ipv4Packet } from '../ipv4.ts';
import { readU16, readU32, type Bytes } from '../wire.ts';
import { TcpConnection, type ConnectionEvents } from './connection.ts';
import { ConnectionIndex } from './connection-index.ts';
import { InitialSequences, type ConnectionPath } from './initial-sequence.ts';
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
  /** Sends a frame whose payload is in its place. */
  readonly transmit: (frame: Bytes, destination: Ipv4Address) => void;
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
  #lastPort: number;

  constructor(config: TcpConfig) {
    this.#config = config;
    this.#sequences = new InitialSequences(config.random);
    this.#lastPort = config.random() % EPHEMERAL_PORTS;
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

  /** Takes a packet with a segment in it. */
  receive({ source, destination, payload }: Ipv4Packet): void {
    const segment = decodeSegment(payload, { source, destination });
    if (!segment) return;
    const connection = this.#connections.get(source, segment.sourcePort, segment.destinationPort);
    // Where nobody listens it would be refused, and who has closed this connection would be refused with it.
    const isWanted = this.#listeners.has(segment.destinationPort);
    if (isWanted && connection?.isSucceededBy(segment) === true) this.#forget(connection);
    else if (connection) return connection.receive(segment);
    this.#receiveStray(source, segment);
  }

  /** Takes what a router or host says of a packet that we sent, as far as it is quoted. */
  unreachable(quoted: Uint8Array): void {
    const header = ((quoted[0] ?? 0) & 0x0f) * 4;
    if (header !== IPV4_HEADER_BYTES || quoted.length < IPV4_HEADER_BYTES + 8) return;
    const tcp = quoted.subarray(header);
    const connection = this.#connections.get(readU32(quoted, 16), readU16(tcp, 2), readU16(tcp, 0));
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
    for (const connection of this.#connections.all()) {
      connection.abort(reason);
      this.#forget(connection);
    }
  }

  #receiveStray(source: Ipv4Address, segment: TcpSegment): void {
    const accept = this.#listeners.get(segment.destinationPort);
    if (has(segment, RST)) return;
    if (!accept || has(segment, ACK)) return this.#refuse(source, segment);
    if (!has(segment, SYN) || !this.#hasRoom()) return;
    this.#accept(source, segment, accept);
  }

  #accept(remoteAddress: Ipv4Address, segment: TcpSegment, accept: Accept): void {
    const { sourcePort: remotePort, destinationPort: localPort } = segment;
    const path = { localAddress: this.#config.address, localPort, remoteAddress, remotePort };
    this.#open(path, { opened: accept, failed: () => undefined, signal: undefined }).accept(segment);
  }

  #open(path: ConnectionPath, user: ConnectionUser): TcpConnection {
    const { clock, mtu, sendBuffer, receiveBuffer } = this.#config;
    const initial = this.#sequences.next(path, clock.now());
    const mss = mtu - IPV4_HEADER_BYTES - TCP_HEADER_BYTES;
    const send = (segment: TcpSegment): void => this.#send(path.remoteAddress, segment);
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

  /** Makes room by forgetting the oldest connection in TIME-WAIT, if it must. */
  #hasRoom(): boolean {
    if (this.#connections.size < this.#config.mostConnections) return true;
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
      if (!this.#listeners.has(port) && !this.#connections.get(remoteAddress, remotePort, port)) return port;
    }
    throw new AppError('net/busy', {
      address: `${formatIpv4(remoteAddress)}:${remotePort}`,
      limit: this.#connections.size,
    });
  }

  /** RFC 9293, 3.10.7.1: a reset that the sender of `segment` believes. */
  #refuse(destination: Ipv4Address, segment: TcpSegment): void {
    const ports = { sourcePort: segment.destinationPort, destinationPort: segment.sourcePort };
    const rest = { ...ports, window: 0, options: {}, payload: EMPTY };
    const { acknowledgement: sequence } = segment;
    if (has(segment, ACK)) return this.#send(destination, { ...rest, sequence, acknowledgement: 0, flags: RST });
    const acknowledgement = advance(segment.sequence, sequenceLength(segment));
    this.#send(destination, { ...rest, sequence: 0, acknowledgement, flags: RST | ACK });
  }

  #send(destination: Ipv4Address, segment: TcpSegment): void {
    const frame = newFrame(segmentBytes(segment));
    writeSegment(frame.subarray(HEADROOM), segment, { source: this.#config.address, destination });
    this.#config.transmit(frame, destination);
  }
}

/** Who wants a connection. */
interface ConnectionUser {
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
