import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateMeter } from '#domain/progress/index.ts';

describe('a rate meter', () => {
  it('knows no time left before anything came', () => {
    expect(new RateMeter(1000, 0, 0).measure(500)).toEqual({ bytes: 0, total: 1000, rate: 0, secondsLeft: undefined });
  });

  it('tells speed and time left of a steady transfer', () => {
    const meter = new RateMeter(1000, 0, 0);
    for (let second = 1; second <= 4; second++) meter.add(100, second * 1000);
    expect(meter.measure(4000)).toEqual({ bytes: 400, total: 1000, rate: 100, secondsLeft: 6 });
  });

  it('counts what was here already as done, but not as speed', () => {
    const meter = new RateMeter(1000, 900, 0);
    meter.add(10, 1000);
    expect(meter.measure(1000)).toEqual({ bytes: 910, total: 1000, rate: 10, secondsLeft: 9 });
  });

  it('forgets an old speed within a few seconds', () => {
    const meter = new RateMeter(1e6, 0, 0);
    for (let at = 100; at <= 5000; at += 100) meter.add(10_000, at);
    for (let at = 5100; at <= 9000; at += 100) meter.add(10, at);
    expect(meter.measure(9000).rate).toBeCloseTo(100, 5);
  });

  it('slows down while nothing comes', () => {
    const meter = new RateMeter(1000, 0, 0);
    meter.add(500, 1000);
    expect(meter.measure(10_000).rate).toBe(50);
  });

  it('needs no more time when all is here, and never tells a negative one', () => {
    const pieces = fc.array(fc.record({ bytes: fc.nat(1000), pause: fc.nat(5000) }), { maxLength: 50 });
    fc.assert(
      fc.property(pieces, fc.nat(5000), (script, total) => {
        const meter = new RateMeter(total, 0, 0);
        let now = 0;
        let sum = 0;
        for (const { bytes, pause } of script) {
          meter.add(bytes, (now += pause));
          sum += bytes;
        }
        const { bytes, rate, secondsLeft } = meter.measure(now);
        expect(bytes).toBe(sum);
        expect(rate).toBeGreaterThanOrEqual(0);
        if (sum >= total) expect(secondsLeft).toBe(0);
        else if (secondsLeft !== undefined) expect(secondsLeft).toBeGreaterThan(0);
      }),
    );
  });
});
