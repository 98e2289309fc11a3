import { CrashLives } from './harness/crashes/crash-lives.ts';
import { DiskExaminer } from './harness/crashes/disk-examiner.ts';
import { test, expect } from './harness/test.ts';
import { IS_FULL } from '../support/full.ts';

const LIVES = IS_FULL ? 20 : 4;
/** Of so many lives the last is of the machine before it, from the disk that was left; the others begin with the snapshot, which is quick. */
const PATTERN = 2;

test(`what a guest has synced outlives the death of its process: ${LIVES} times, at any moment`, async ({
  context,
  site,
}) => {
  test.setTimeout(1_200_000);
  const examiner = await DiskExaminer.open('base');
  const lives = new CrashLives(context, site.url, examiner);
  try {
    for (let life = 0; life < LIVES; life++) await lives.live(life % PATTERN === PATTERN - 1 ? 'same' : 'new');
  } finally {
    await examiner.close();
  }
  const { acknowledged, ...found } = lives.tally;
  expect(found).toEqual({ lives: LIVES, lost: 0, corrupt: 0, unclean: 0, details: [] });
  expect(acknowledged).toBeGreaterThan(LIVES);
});
