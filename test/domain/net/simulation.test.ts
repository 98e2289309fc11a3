import { describe, expect, it } from 'vitest';
import { simulate } from './support/simulate.ts';

const SEEDS = 400;

describe('two stacks on a bad link', () => {
  it(`deliver every byte once and in order, or tell both ends: ${SEEDS} seeds`, async () => {
    const { failures, tally } = await simulate(1, SEEDS);
    expect(failures).toEqual([]);
    expect(tally.completed).toBeGreaterThan(tally.conversations / 2);
    expect(tally.unlucky / tally.conversations).toBeLessThan(0.01);
  });
});
