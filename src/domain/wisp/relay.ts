import { AppError } from '../errors/index.ts';
import type { ErrorRecord } from '../errors/index.ts';
import type { Clock, Outside, TcpSocket } from '../net/index.ts';
import { backOff } from '../retry/index.ts';
import { WispConnection, type WispConnectionConfig } from './connection.ts';
import { NameTable } from './names.ts';

/** After a failure the relay is asked again with the guest's next connection, but not at once. Milliseconds. */
const AGAIN = { first: 1000, most: 30_000 };

/** What is between the guest and the world. */
export type RelayState =
  | { readonly name: 'off' }
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** The guest's next connection tries again. */
  | { readonly name: 'failed'; readonly error: ErrorRecord };

export interface RelayConfig extends Pick<WispConnectionConfig, 'dial'> {
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly onState: (state: RelayState) => void;
}

/** A guest's way to the world: off, or over a relay that is connected when it is needed. */
export class Relay implements Outside {
  readonly #config: RelayConfig;
  readonly #names = new NameTable();
  readonly #traffic = { sent: 0, received: 0 };
  #url: string | undefined;
  #state: RelayState = { name: 'off' };
  #connection: WispConnection | undefined;
  #failures = 0;
  #nextAt = 0;

  constructor(config: RelayConfig) {
    this.#config = config;
  }

  get state(): RelayState {
    return this.#state;
  }

  /** Bytes of the guest's that have passed, and its connections now. */
  get traffic(): { readonly sent: number; readonly received: number; readonly connections: number } {
    return { ...this.#traffic, connections: this.#connection?.streams ?? 0 };
  }

  get isOpen(): boolean {
    return this.#url !== undefined;
  }

  /**
   * Turns it on, over the relay at `url` (see `parseRelayUrl`), or off; connections over another one end. One that has failed is
   * tried again.
   */
  set(url: string | undefined): void {
    if (url === this.#url && this.#state.name !== 'failed') return;
    this.#connection?.close(new AppError('net/closed'));
    this.#connection = undefined;
    this.#url = url;
    this.#failures = 0;
    if (url === undefined) this.#become({ name: 'off' });
    else this.#dial(url);
  }

  /** The address that stands for a name; undefined while it is off, so that nothing has a name. */
  lookup(name: string): string | undefined {
    return this.isOpen ? this.#names.addressOf(name) : undefined;
  }

  /** @throws AppError `net/refused`, `net/timeout`, `net/unreachable`, `net/closed`, `relay/*` */
  async connect(address: string, port: number): Promise<TcpSocket> {
    const host = this.#names.hostAt(address);
    if (host === undefined || this.#url === undefined) throw new AppError('net/unreachable', { address });
    const connection = this.#connection ?? this.#dialAgain(this.#url);
    return connection.connect(host, port);
  }

  /** @throws AppError `relay/*`, why the last try failed, when that was only just now */
  #dialAgain(url: string): WispConnection {
    if (this.#state.name === 'failed' && this.#config.clock.now() < this.#nextAt) {
      throw AppError.fromRecord(this.#state.error);
    }
    return this.#dial(url);
  }

  #dial(url: string): WispConnection {
    const { clock, dial } = this.#config;
    this.#become({ name: 'connecting' });
    const connection: WispConnection = new WispConnection({
      url,
      clock,
      dial,
      onBytes: (direction, count) => void (this.#traffic[direction] += count),
      onEnded: (error) => this.#failed(connection, error),
    });
    this.#connection = connection;
    connection.ready.then(
      () => this.#connected(connection),
      () => undefined,
    );
    return connection;
  }

  #connected(connection: WispConnection): void {
    if (connection !== this.#connection) return;
    this.#failures = 0;
    this.#become({ name: 'connected' });
  }

  #failed(connection: WispConnection, error: AppError): void {
    if (connection !== this.#connection) return;
    const { clock, random } = this.#config;
    this.#connection = undefined;
    this.#failures++;
    this.#nextAt = clock.now() + backOff(this.#failures, random(), AGAIN);
    this.#become({ name: 'failed', error: error.toRecord() });
  }

  #become(state: RelayState): void {
    this.#state = state;
    this.#config.onState(state);
  }
}
