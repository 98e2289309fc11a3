import { CrashLives } from './harness/crashes/crash-lives.ts';
import { DiskExaminer } from './harness/crashes/disk-examiner.ts';
import { test, expect } from './harness/test.ts';

/** A machine lives twice: from the snapshot, which is quick, and from the disk that was left. */
const LIVES = 20;

test(`what a guest has synced outlives the death of its process: ${LIVES} times, at any moment`, async ({
  context,
  site,
}) => {
  test.setTimeout(1_200_000);
  const examiner = await DiskExaminer.open('base');
  const lives = new CrashLives(context, site.url, examiner);
  try {
    for (let life = 0; life < LIVES; life++) await lives.live(life % 2 === 0 ? 'new' : 'same');
  } finally {
    await examiner.close();
  }
  const { acknowledged, ...found } = lives.tally;
  expect(found).toEqual({ lives: LIVES, lost: 0, corrupt: 0, unclean: 0, details: [] });
  expect(acknowledged).toBeGreaterThan(LIVES);
});
