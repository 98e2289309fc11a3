import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '#engines/v86/saved-state.ts';
import { concatBytes } from '#domain/bytes/index.ts';
import { failureOf } from '../support/failure.ts';

const screens = fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes));
const machines = fc.uint8Array({ maxLength: 500 }).map((bytes) => Uint8Array.from(bytes).buffer);
const states = fc.record({ screen: screens, machine: machines });

describe('a saved state', () => {
  it('comes back as it was, also from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(states, fc.nat(50), (state, shift) => {
        const bytes = concatBytes(encodeState(state));
        const shifted = new Uint8Array(bytes.length + shift + 7);
        shifted.set(bytes, shift);
        for (const form of [bytes, shifted.subarray(shift, shift + bytes.length)]) {
          const decoded = decodeState(form);
          expect(decoded.screen).toEqual(state.screen);
          expect(Buffer.compare(new Uint8Array(decoded.machine), new Uint8Array(state.machine))).toBe(0);
        }
      }),
    );
  });

  it('shares no memory with what it was read from', () => {
    const bytes = concatBytes(encodeState({ screen: Uint8Array.of(1), machine: Uint8Array.of(2).buffer }));
    const { screen, machine } = decodeState(bytes);
    bytes.fill(0);
    expect([...screen, ...new Uint8Array(machine)]).toEqual([1, 2]);
  });

  it('that is cut short or lengthened is refused', async () => {
    await fc.assert(
      fc.asyncProperty(states, fc.nat(), async (state, cut) => {
        const bytes = concatBytes(encodeState(state));
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        for (const damaged of [bytes.slice(0, cut % bytes.length), longer]) {
          expect(await failureOf(() => decodeState(damaged))).toMatchObject({ code: 'state/corrupt' });
        }
      }),
    );
  });

  it('of another kind or a later form is refused', async () => {
    const bytes = concatBytes(encodeState({ screen: new Uint8Array(), machine: new ArrayBuffer(8) }));
    for (const at of [0, 4]) {
      const foreign = bytes.slice();
      foreign[at] = (foreign[at] ?? 0) + 1;
      expect(await failureOf(() => decodeState(foreign))).toMatchObject({ code: 'state/corrupt' });
    }
  });

  it('of garbage is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (garbage) => {
        expect(await failureOf(() => decodeState(Uint8Array.from(garbage)))).toMatchObject({ code: 'state/corrupt' });
      }),
    );
  });
});
