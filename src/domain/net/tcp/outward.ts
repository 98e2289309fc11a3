import { AppError } from '../../errors/index.ts';
import { formatIpv4, type Ipv4Address } from '../address.ts';
import { quote, UNREACHABLE } from '../icmp.ts';
import type { ConnectionPath } from './initial-sequence.ts';
import { joinStreams } from './join-streams.ts';
import { ACK, has, RST, SYN, type TcpSegment } from './segment.ts';
import type { TcpSocket } from './socket.ts';
import type { ConnectionUser } from './table.ts';

/** What lies behind this host, for which it stands towards the guest. */
export interface Outside {
  /** False while nothing lies there: whoever wants to go there is told so at once. */
  readonly isOpen: boolean;
  /**
   * Makes a way for a connection of the guest.
   * @throws AppError `net/refused` when the other end refuses; any other when it cannot be reached
   */
  connect(address: string, port: number): Promise<TcpSocket>;
}

interface Table {
  hasRoom(pending: number): boolean;
  /** Answers the guest's SYN, and gives `user` what comes of it. */
  accept(path: ConnectionPath, syn: TcpSegment, user: ConnectionUser): void;
  /** Resets what the guest's segment wants. */
  refuse(path: ConnectionPath, segment: TcpSegment): void;
  unreachable(quoted: Uint8Array, sender: Ipv4Address, code: number): void;
}

/** A SYN that waits until there is a way, and what names it in an error. */
interface Opening {
  readonly path: ConnectionPath;
  readonly syn: TcpSegment;
  readonly quoted: Uint8Array;
}

/**
 * Connections of the guest to the world behind this host: its SYN is answered when there is a way there, so that it is
 * refused what is refused there.
 */
export class OutwardOpenings {
  readonly #outside: Outside | undefined;
  readonly #table: Table;
  readonly #pending = new Map<string, Opening>();

  constructor(outside: Outside | undefined, table: Table) {
    this.#outside = outside;
    this.#table = table;
  }

  /**
   * Takes a segment of no connection that there is.
   * @param bytes the packet that it came in
   */
  receive(path: ConnectionPath, segment: TcpSegment, bytes: Uint8Array): void {
    const key = keyOf(path);
    if (has(segment, RST)) return void this.#pending.delete(key);
    if (has(segment, ACK) || !has(segment, SYN)) return this.#table.refuse(path, segment);
    if (!this.#outside?.isOpen) return this.#table.unreachable(quote(bytes), path.remoteAddress, UNREACHABLE.network);
    // A SYN that comes again only asks how far it is.
    if (this.#pending.has(key) || !this.#table.hasRoom(this.#pending.size)) return;
    const opening = { path, syn: { ...segment, payload: new Uint8Array(0) }, quoted: quote(bytes).slice() };
    this.#pending.set(key, opening);
    void this.#open(this.#outside, opening, key);
  }

  /** What comes of openings that are under way is given up. */
  dispose(): void {
    this.#pending.clear();
  }

  async #open(outside: Outside, opening: Opening, key: string): Promise<void> {
    const { path, syn } = opening;
    try {
      const streams = await outside.connect(formatIpv4(path.localAddress), path.localPort);
      if (!this.#take(opening, key)) return discard(streams, new AppError('net/closed'));
      this.#table.accept(path, syn, {
        opened: (socket) => joinStreams(socket, streams),
        failed: (error) => discard(streams, error),
        signal: undefined,
      });
    } catch (error) {
      if (this.#take(opening, key)) this.#fail(opening, AppError.from(error));
    }
  }

  #fail({ path, syn, quoted }: Opening, { code }: AppError): void {
    if (code === 'net/refused') this.#table.refuse(path, syn);
    else this.#table.unreachable(quoted, path.remoteAddress, UNREACHABLE.host);
  }

  /** False for one that was given up meanwhile. */
  #take(opening: Opening, key: string): boolean {
    return this.#pending.get(key) === opening && this.#pending.delete(key);
  }
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: ConnectionPath): string {
  return `${remoteAddress}:${remotePort}-${localAddress}:${localPort}`;
}

function discard({ readable, writable }: TcpSocket, reason: unknown): void {
  for (const ending of [readable.cancel(reason), writable.abort(reason)]) ending.catch(() => undefined);
}
