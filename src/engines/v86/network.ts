import type { Cancellable } from '#ports/cancellation.ts';
import type { SessionNetwork } from '#ports/engine.ts';
import type { V86Internals } from './internals.ts';
import { lacksChecksum, OFFLOADS } from './offloads.ts';

/**
 * Bytes of a packet at most. Under emulation the guest pays by the packet, so there should be few: ten times as long as
 * Ethernet's, and short enough for the guest's kernel to have one with all that it adds in four pages.
 */
export const MTU = 15 * 1024;
/** What v86's card announces by itself. */
export const ETHERNET_MTU = 1500;

/** The guest's network card, by the frames that v86 passes over its bus: src/virtio_net.js of its source. */
export class V86Network implements SessionNetwork {
  readonly mtu: number;
  readonly #bus: V86Internals['bus'];
  readonly #listeners = new Set<(frame: Uint8Array, isSummed: boolean) => void>();

  /**
   * Of a machine that has not started yet: the guest looks once at what its card can do.
   * @param card whether it is to do more than v86 lets it
   */
  constructor({ bus, v86 }: V86Internals, card: 'ours' | 'stock' = 'ours') {
    this.#bus = bus;
    this.mtu = card === 'ours' ? MTU : ETHERNET_MTU;
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
