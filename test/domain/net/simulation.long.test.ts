import { describe, expect, it } from 'vitest';
import { IS_FULL } from '../../support/full.ts';
import { simulate } from './support/simulate.ts';

/** Others than `npm run check` runs. */
const FIRST = 100_001;
const SEEDS = IS_FULL ? 20_000 : 500;

describe('two stacks on a bad link, for longer', () => {
  it(`deliver every byte once and in order, or tell both ends: ${SEEDS} seeds`, { timeout: 3_600_000 }, async () => {
    const { failures, tally } = await simulate(FIRST, SEEDS);
    expect(failures).toEqual([]);
    expect(tally.completed).toBeGreaterThan(tally.conversations / 2);
    expect(tally.unlucky / tally.conversations).toBeLessThan(0.01);
  });
});
