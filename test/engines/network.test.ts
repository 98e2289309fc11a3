import { describe, expect, it } from 'vitest';
import type { V86Internals } from '#engines/v86/internals.ts';
import { V86Network, type NetworkCard } from '#engines/v86/network.ts';

/** A card at which the guest has sent nothing yet. */
function newCard(card: NetworkCard = 'ours'): {
  features: Uint32Array;
  network: V86Network;
  send: (frame: Uint8Array) => void;
} {
  const features = Uint32Array.of(0b1000, 1);
  let send: (frame: unknown) => void = () => undefined;
  const internals = {
    bus: { send: () => undefined, register: (_: string, listener: typeof send) => void (send = listener) },
    v86: { cpu: { devices: { virtio_net: { virtio: { device_feature: features } } } } },
  };
  const network = new V86Network(internals as unknown as V86Internals, card);
  return { features, network, send: (frame) => send(frame) };
}

/** What the guest gives its card: a header of 12 bytes with flags, then a frame. */
function sent(flags: number, ...frame: number[]): Uint8Array {
  return Uint8Array.of(flags, ...new Uint8Array(11), ...frame).subarray(12);
}

describe('the guest’s network card', () => {
  it('offers to sum and to take long segments, beside what v86 offers', () => {
    expect([...newCard().features]).toEqual([0b1000 | 1 | (1 << 11), 1]);
    expect([...newCard('stock').features]).toEqual([0b1000, 1]);
    expect([newCard().network.mtu, newCard('stock').network.mtu]).toEqual([15_360, 1500]);
  });

  it('says of each frame whether the guest has summed it', () => {
    const { network, send } = newCard();
    const told: unknown[] = [];
    network.subscribe((frame, isSummed) => told.push([[...frame], isSummed]));
    send(sent(0, 1, 2, 3));
    send(sent(1, 4, 5));
    expect(told).toEqual([
      [[1, 2, 3], true],
      [[4, 5], false],
    ]);
  });

  it('says so when v86 passes frames in another form', () => {
    const { send } = newCard();
    expect(() => send(new Uint8Array(60))).toThrow('without their header');
  });
});
