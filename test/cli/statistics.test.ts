import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, median } from '../../cli/bench/statistics.ts';

describe('the median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('has as many values below as above, in any order', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (numbers) => {
        const middle = median(numbers);
        const [below, above] = [numbers.filter((n) => n < middle), numbers.filter((n) => n > middle)];
        return below.length <= numbers.length / 2 && above.length <= numbers.length / 2;
      }),
    );
  });

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a comparison', () => {
  it('interleaves the two sides, and changes who goes first', async () => {
    const order: string[] = [];
    const side = (name: string, value: number) => async () => {
      order.push(name);
      return value;
    };
    const result = await compare(side('a', 30), side('b', 20), 3);
    expect(order.join('')).toBe('abbaab');
    expect(result).toEqual({ value: 30, baseline: 20, ratio: 1.5, runs: 3 });
  });

  it('takes the ratio of neighbours, so that a slow spell falls on both', async () => {
    const [ours, theirs] = [
      [10, 100, 10],
      [20, 200, 20],
    ];
    const next = (values: number[]) => async () => values.shift() ?? Number.NaN;
    expect((await compare(next(ours), next(theirs), 3)).ratio).toBe(0.5);
  });
});
