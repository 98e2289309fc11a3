import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from '#domain/packages/index.ts';
import { nearPair, version } from './support/versions.ts';

const sign = (a: string, b: string): number => Math.sign(compareVersions(a, b));

describe('versions', () => {
  // In order, as dpkg's manual and Policy 5.6.12 have them.
  const ascending = ['0~~', '0~~a', '0~', '0', '1.0~rc1', '1.0', '1.0a', '1.0+', '1.0.1', '1.2', '1.10', '2', '1:0'];

  it('are in dpkg’s order', () => {
    expect(ascending.toReversed().toSorted(compareVersions)).toEqual(ascending);
  });

  it.each([
    ['1.0', '1.0-0'],
    ['0:1', '1'],
    ['1.00', '1.0'],
    ['1-01', '1-1'],
    ['1.', '1.0'],
  ])('%s and %s are the same', (a, b) => {
    expect(sign(a, b)).toBe(0);
  });

  it('have digits without end', () => {
    expect(sign('1.99999999999999999998', '1.99999999999999999999')).toBe(-1);
  });

  it('are in one order: of any three, none contradicts the others', () => {
    fc.assert(
      fc.property(nearPair, version, ([a, b], c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b)).toBe(0 - sign(b, a));
        const [x, y, z] = [a, b, c].toSorted(compareVersions);
        expect(sign(x ?? '', z ?? '')).toBeLessThanOrEqual(0);
        expect([sign(x ?? '', y ?? ''), sign(y ?? '', z ?? '')].includes(-1)).toBe(sign(x ?? '', z ?? '') === -1);
      }),
      { numRuns: 2000 },
    );
  });

  it('are told from other texts', () => {
    fc.assert(fc.property(version, isVersion));
    for (const text of ['', 'a', '1-', '-1', '1:', ':1', 'a:1', '1 2', '1_2', '3000000000:1', '1-a:b'])
      expect([text, isVersion(text)]).toEqual([text, false]);
  });
});
