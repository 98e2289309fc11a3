import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRange, chunksOf, type ByteSpan } from '#domain/chunks/index.ts';

const part = (first: number, last: number) => ({ name: 'part', first, last });
const whole = { name: 'whole' };
const unsatisfiable = { name: 'unsatisfiable' };
const size = fc.integer({ min: 1, max: 10_000 });

describe('a Range header', () => {
  it.each<[string | null, object]>([
    [null, whole],
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-99', part(0, 99)],
    ['bytes=10-19', part(10, 19)],
    ['bytes=90-', part(90, 99)],
    ['bytes=-1', part(99, 99)],
    ['bytes=-100', part(0, 99)],
    // Longer than there is: as much as there is.
    ['bytes=10-100', part(10, 99)],
    ['bytes=0-999999999999999999999999', part(0, 99)],
    ['bytes=-101', part(0, 99)],
    // The unit is not case-sensitive, and lists may have gaps (RFC 9110, 5.6.1).
    ['Bytes=0-9', part(0, 9)],
    ['bytes= 0-9 ', part(0, 9)],
    ['bytes=,0-9 ,', part(0, 9)],
    ['bytes=100-', unsatisfiable],
    ['bytes=100-200', unsatisfiable],
    ['bytes=999999999999999999999999-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    // Ignored.
    ['bytes=19-10', whole],
    ['bytes=0-9,20-29', whole],
    ['bytes=0-9,200-', whole],
    ['items=0-9', whole],
    ['bytes 0-9', whole],
    ['bytes=', whole],
    ['bytes=-', whole],
    ['bytes=a-b', whole],
    ['bytes=+1-2', whole],
    ['bytes=1.5-2', whole],
    ['bytes=0-9;10', whole],
    ['', whole],
  ])('%j of 100 bytes', (header, expected) => {
    expect(chooseRange(header, 100)).toEqual(expected);
  });

  it.each([
    ['bytes=0-', unsatisfiable],
    ['bytes=0-0', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    ['bytes=-5', whole],
  ])('%j of nothing', (header, expected) => {
    expect(chooseRange(header, 0)).toEqual(expected);
  });

  it('never names a byte that is not there', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(20_000), fc.nat(20_000)).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(20_000).map((a) => `bytes=${a}-`),
      fc.nat(20_000).map((a) => `bytes=-${a}`),
    );
    fc.assert(
      fc.property(header, fc.nat(10_000), (text, length) => {
        const choice = chooseRange(text, length);
        if (choice.name !== 'part') return;
        expect(choice.first).toBeGreaterThanOrEqual(0);
        expect(choice.first).toBeLessThanOrEqual(choice.last);
        expect(choice.last).toBeLessThan(length);
      }),
    );
  });

  it('means the same in all of its forms', () => {
    fc.assert(
      fc.property(size, fc.nat(9999), (length, from) => {
        const first = from % length;
        const open = chooseRange(`bytes=${first}-`, length);
        expect(open).toEqual(part(first, length - 1));
        expect(chooseRange(`bytes=${first}-${length - 1}`, length)).toEqual(open);
        expect(chooseRange(`bytes=-${length - first}`, length)).toEqual(open);
      }),
    );
  });
});

describe('the chunks of a range', () => {
  it('cover it, and none without a byte of it is among them', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), fc.integer({ min: 1, max: 5000 }), (a, b, chunk) => {
        const span: ByteSpan = { first: Math.min(a, b), last: Math.max(a, b) };
        const { first, last } = chunksOf(span, chunk);
        expect(first * chunk).toBeLessThanOrEqual(span.first);
        expect((first + 1) * chunk).toBeGreaterThan(span.first);
        expect(last * chunk).toBeLessThanOrEqual(span.last);
        expect((last + 1) * chunk).toBeGreaterThan(span.last);
      }),
    );
  });
});
