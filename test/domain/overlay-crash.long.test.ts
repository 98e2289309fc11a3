import { describe, expect, it } from 'vitest';
import { IS_FULL } from '../support/full.ts';
import { OverlaySimulation } from './support/overlay-simulation.ts';

const CASES = IS_FULL ? 100_000 : 3000;

describe('a disk’s log under crashes', () => {
  it(`holds what was flushed, and else a beginning of what was written: ${CASES} cases`, { timeout: 1_800_000 }, () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= CASES; seed++) {
      try {
        new OverlaySimulation(seed).run();
      } catch (error) {
        failures.push(`case ${seed}: ${String(error)}`);
        if (failures.length === 3) break;
      }
    }
    expect(failures).toEqual([]);
  });
});
