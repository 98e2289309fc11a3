import { NetStack } from '#domain/net/index.ts';
import { Relay, type RelayState } from '#domain/wisp/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Session, SessionEvent } from '#ports/engine.ts';
import type { NetworkReport } from '#ports/network-desk.ts';
import { GuestClock } from './guest-clock.ts';
import { dialRelay, type RelaySetting } from './relay/index.ts';

/** What containers give their network card (images/rootfs/base/etc/runit/1), and where they look for a router. */
const GUEST = '10.0.2.15';
const HOST = { mac: '52:55:0a:00:02:02', address: '10.0.2.2', prefix: 24 };

/** The host's end of the cable from a session's network card. */
export class GuestNetwork {
  readonly clock = new GuestClock();
  readonly #ending = new AbortController();
  readonly #stack: NetStack;
  readonly #setting: RelaySetting;
  readonly #relay: Relay;

  /** @param onRelay is told what becomes of the relay that is set */
  constructor(session: Session, setting: RelaySetting, onRelay: (state: RelayState) => void) {
    this.#setting = setting;
    this.#relay = new Relay({ clock: this.clock, dial: dialRelay, random: Math.random, onState: onRelay });
    this.#stack = new NetStack({
      ...HOST,
      guestAddress: GUEST,
      mtu: session.network.mtu,
      lookup: (name) => this.#relay.lookup(name),
      outside: this.#relay,
      clock: this.clock,
      random: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
      transmit: (frame) => session.network.send(frame),
    });
    const { signal } = this.#ending;
    session.network.subscribe((frame, isSummed) => this.#stack.receive(frame, isSummed), { signal });
    session.subscribe((event) => this.#follow(event), { signal });
    this.#relay.set(setting.url);
  }

  get report(): NetworkReport {
    return { relay: this.#setting.url, state: this.#relay.state, ...this.#relay.traffic };
  }

  /** As `NetworkDesk.setRelay`. */
  async setRelay(url: string | undefined): Promise<void> {
    await this.#setting.set(url);
    if (!this.#ending.signal.aborted) this.#relay.set(this.#setting.url);
  }

  /**
   * Connects to a TCP port of the guest.
   * @throws AppError `net/refused`, `net/timeout`, `net/busy`, `net/closed`; the signal's reason
   */
  connect(port: number, options: Cancellable = {}): Promise<ByteStreams> {
    return this.#stack.connect(GUEST, port, options);
  }

  /** Ends all connections. */
  close(): void {
    this.#stack.close();
    this.#relay.set(undefined);
    this.#ending.abort();
  }

  #follow({ type }: SessionEvent): void {
    if (type === 'waiting') this.clock.stop();
    if (type === 'continuing') this.clock.goOn();
    if (type === 'halted') this.close();
  }
}
