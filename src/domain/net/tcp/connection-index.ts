import type { Ipv4Address } from '../address.ts';
import type { TcpConnection } from './connection.ts';

/** Connections by the other end's address and both ports; in the order in which they were added. */
export class ConnectionIndex {
  readonly #byAddress = new Map<Ipv4Address, Map<number, TcpConnection>>();
  readonly #all = new Set<TcpConnection>();

  get size(): number {
    return this.#all.size;
  }

  /** All of them, as they are now. */
  all(): readonly TcpConnection[] {
    return [...this.#all];
  }

  get(remoteAddress: Ipv4Address, remotePort: number, localPort: number): TcpConnection | undefined {
    return this.#byAddress.get(remoteAddress)?.get(keyOf(remotePort, localPort));
  }

  add(connection: TcpConnection): void {
    const { remoteAddress, remotePort, localPort } = connection.path;
    const ofAddress = this.#byAddress.get(remoteAddress) ?? new Map<number, TcpConnection>();
    this.#byAddress.set(remoteAddress, ofAddress.set(keyOf(remotePort, localPort), connection));
    this.#all.add(connection);
  }

  delete(connection: TcpConnection): void {
    if (!this.#all.delete(connection)) return;
    const { remoteAddress, remotePort, localPort } = connection.path;
    const ofAddress = this.#byAddress.get(remoteAddress);
    ofAddress?.delete(keyOf(remotePort, localPort));
    if (ofAddress?.size === 0) this.#byAddress.delete(remoteAddress);
  }
}

function keyOf(remotePort: number, localPort: number): number {
  return remotePort * 0x10000 + localPort;
}
