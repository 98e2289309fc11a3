import { NetStack } from '#domain/net/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Session, SessionEvent } from '#ports/engine.ts';
import { GuestClock } from './guest-clock.ts';

/** What containers give their network card (images/rootfs/base/etc/runit/1), and where they look for a router. */
const GUEST = '10.0.2.15';
const HOST = { mac: '52:55:0a:00:02:02', address: '10.0.2.2', prefix: 24 };

/** The host's end of the cable from a session's network card. */
export class GuestNetwork {
  readonly clock = new GuestClock();
  readonly #ending = new AbortController();
  readonly #stack: NetStack;

  constructor(session: Session) {
    this.#stack = new NetStack({
      ...HOST,
      guestAddress: GUEST,
      mtu: session.network.mtu,
      lookup: () => undefined,
      clock: this.clock,
      random: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
      transmit: (frame) => session.network.send(frame),
    });
    const { signal } = this.#ending;
    session.network.subscribe((frame) => this.#stack.receive(frame), { signal });
    session.subscribe((event) => this.#follow(event), { signal });
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
    this.#ending.abort();
  }

  #follow({ type }: SessionEvent): void {
    if (type === 'waiting') this.clock.stop();
    if (type === 'continuing') this.clock.goOn();
    if (type === 'halted') this.close();
  }
}
