import type { Ipv4Address } from '../address.ts';
import type { TcpConnection } from './connection.ts';
import type { ConnectionPath } from './initial-sequence.ts';

type ByPorts = Map<number, TcpConnection>;

/** Connections by both ends' addresses and ports; in the order in which they were added. */
export class ConnectionIndex {
  /** By the other end's address, then by this end's. */
  readonly #byAddress = new Map<Ipv4Address, Map<Ipv4Address, ByPorts>>();
  readonly #all = new Set<TcpConnection>();
  /** The one that was found last: segments come in runs. */
  #last: TcpConnection | undefined;

  get size(): number {
    return this.#all.size;
  }

  /** All of them, as they are now. */
  all(): readonly TcpConnection[] {
    return [...this.#all];
  }

  get(path: ConnectionPath): TcpConnection | undefined {
    if (!this.#last || !isSame(this.#last.path, path)) this.#last = this.#find(path);
    return this.#last;
  }

  add(connection: TcpConnection): void {
    const { localAddress, localPort, remoteAddress, remotePort } = connection.path;
    const ofRemote = this.#byAddress.get(remoteAddress) ?? new Map<Ipv4Address, ByPorts>();
    const ofBoth = ofRemote.get(localAddress) ?? new Map<number, TcpConnection>();
    this.#byAddress.set(
      remoteAddress,
      ofRemote.set(localAddress, ofBoth.set(keyOf(remotePort, localPort), connection)),
    );
    this.#all.add(connection);
  }

  delete(connection: TcpConnection): void {
    if (!this.#all.delete(connection)) return;
    this.#last = undefined;
    const { localAddress, localPort, remoteAddress, remotePort } = connection.path;
    const ofRemote = this.#byAddress.get(remoteAddress);
    const ofBoth = ofRemote?.get(localAddress);
    ofBoth?.delete(keyOf(remotePort, localPort));
    if (ofBoth?.size === 0) ofRemote?.delete(localAddress);
    if (ofRemote?.size === 0) this.#byAddress.delete(remoteAddress);
  }

  #find({ remoteAddress, remotePort, localAddress, localPort }: ConnectionPath): TcpConnection | undefined {
    return this.#byAddress.get(remoteAddress)?.get(localAddress)?.get(keyOf(remotePort, localPort));
  }
}

function isSame(a: ConnectionPath, b: ConnectionPath): boolean {
  const ports = a.remotePort === b.remotePort && a.localPort === b.localPort;
  return ports && a.remoteAddress === b.remoteAddress && a.localAddress === b.localAddress;
}

function keyOf(remotePort: number, localPort: number): number {
  return remotePort * 0x10000 + localPort;
}
