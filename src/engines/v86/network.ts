import { ETHERNET_MTU } from '#domain/net/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { SessionNetwork } from '#ports/engine.ts';
import type { V86Internals } from './internals.ts';
import { lacksChecksum, OFFLOADS } from './offloads.ts';

/**
 * Bytes of a packet at most. Under emulation the guest pays by the packet, so there should be few: ten times as long as
 * Ethernet's, and short enough for the guest's kernel to have one with all that it adds in four pages.
 */
const MTU = 15 * 1024;

/** `stock` leaves v86's network card as it is, with Ethernet's packets and sums by the guest: for comparison in benchmarks. */
export type NetworkCard = 'ours' | 'stock';

/** Bytes of a packet at most that a card announces to the guest. */
export function mtuOf(card: NetworkCard): number {
  return card === 'ours' ? MTU : ETHERNET_MTU;
}

/** The guest's network card, by the frames that v86 passes over its bus: src/virtio_net.js of its source. */
export class V86Network implements SessionNetwork {
  readonly mtu: number;
  readonly #bus: V86Internals['bus'];
  readonly #listeners = new Set<(frame: Uint8Array, isSummed: boolean) => void>();

  /** Of a machine that has not started yet: the guest looks once at what its card can do. */
  constructor({ bus, v86 }: V86Internals, card: NetworkCard) {
    this.#bus = bus;
    this.mtu = mtuOf(card);
    const { device_feature: features } = v86.cpu.devices.virtio_net.virtio;
    if (card === 'ours') features[0] = (features[0] ?? 0) | OFFLOADS;
    bus.register('net0-send', (frame) => this.#pass(frame), this);
  }

  subscribe(listener: (frame: Uint8Array, isSummed: boolean) => void, { signal }: Cancellable = {}): void {
    if (signal?.aborted) return;
    this.#listeners.add(listener);
    signal?.addEventListener('abort', () => this.#listeners.delete(listener));
  }

  send(frame: Uint8Array): void {
    this.#bus.send('net0-receive', frame);
  }

  #pass(frame: unknown): void {
    if (!(frame instanceof Uint8Array)) throw new TypeError('this build of v86 sends frames of another form');
    const isSummed = !lacksChecksum(frame);
    for (const listener of this.#listeners) listener(frame, isSummed);
  }
}
