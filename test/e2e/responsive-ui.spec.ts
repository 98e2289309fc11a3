import type { Page } from '@playwright/test';
import { TaskRecorder, type LongTask } from './harness/long-tasks.ts';
import { bootColdFromShelf, bootFromShelf, removeFromPanel } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
const LONG_MS = 50;
/** The tests' machine is shared, so a task can take long for what others do. One of our own would do so in every try. */
const TRIES = 4;

async function backToShelf(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await removeFromPanel(page);
}

/** A task of which at least half of the time went to others is theirs. */
function isOurs({ duration, cpu }: LongTask): boolean {
  return duration > LONG_MS && (cpu > LONG_MS || cpu > duration / 2);
}

for (const { from, boot } of [
  { from: 'snapshot', boot: bootFromShelf },
  { from: 'disk', boot: bootColdFromShelf },
]) {
  test(`while a machine boots from its ${from}, the page never stands still for more than 50 ms`, async ({
    page,
    site,
  }) => {
    await page.goto(site.url);
    const recorder = await TaskRecorder.of(page);
    const tries: (readonly LongTask[])[] = [];
    for (let i = 0; i < TRIES; i++) {
      if (i > 0) await backToShelf(page);
      await recorder.start();
      await boot(page, TITLE);
      const found = await recorder.stop();
      tries.push(found);
      if (!found.some(isOurs)) break;
    }
    const report = `tasks over ${LONG_MS} ms while booting from the ${from}, by try: ${JSON.stringify(tries)}`;
    process.stdout.write(`${report}\n`);
    expect(tries.at(-1)?.filter(isOurs), report).toEqual([]);
  });
}
