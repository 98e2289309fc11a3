import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff, parseRetryAfter } from '#domain/retry/index.ts';

const LIMITS = { first: 1000, most: 60_000 };
const DAY = 24 * 60 * 60 * 1000;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backing off', () => {
  it('waits between half and all of a time that doubles, up to the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), chance, (failures, random) => {
        const whole = Math.min(LIMITS.most, LIMITS.first * 2 ** (failures - 1));
        const wait = backOff(failures, random, LIMITS);
        expect(wait).toBeGreaterThanOrEqual(whole / 2);
        expect(wait).toBeLessThanOrEqual(whole);
      }),
    );
  });

  it('never waits less after one more failure, by the same chance', () => {
    fc.assert(
      fc.property(fc.nat(100), chance, (failures, random) => {
        expect(backOff(failures + 1, random, LIMITS)).toBeGreaterThanOrEqual(backOff(failures, random, LIMITS));
      }),
    );
  });

  it('never asks before the time that the server named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), chance, fc.nat(DAY), (failures, random, retryAfter) => {
        expect(backOff(failures, random, LIMITS, retryAfter)).toBeGreaterThanOrEqual(retryAfter);
      }),
    );
  });
});

describe('a Retry-After header', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['99999999999999999999', DAY],
    ['Fri, 01 Jan 2027 00:00:00 GMT', DAY],
  ])('of “%s” is %i ms', (header, wait) => {
    expect(parseRetryAfter(header, now)).toBe(wait);
  });

  it.each(['', 'soon', '-5', null, undefined])('of “%s” says nothing', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  });
});
