import type { Page } from '@playwright/test';
import { keptFiles } from './harness/kept-files.ts';
import {
  bootFromShelf,
  expectRunning,
  readableTerminal,
  screenOf,
  stateInBar,
  typeAndSee,
  typeLine,
} from './harness/machine.ts';
import { expectTold, noteOf } from './harness/notes.ts';
import { limitSpace } from './harness/quota.ts';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('without WebAssembly the page says so, and offers no boot that would fail', async ({ page, site }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await page.goto(site.url);
  await expectTold(page, 'app/no-webassembly', {});
  await expect(page.getByRole('button', { name: `Boot ${TITLE}` })).toBeDisabled();
  await expect(page.getByText('Needs WebAssembly').first()).toBeVisible();
});

test('without a service worker the page says what that costs, and boots all the same', async ({ page, site }) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  await readableTerminal(page);
  await page.goto(site.url);
  await expectTold(page, 'app/no-service-worker', { detail: 'the browser offers none in this window' });
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo here $((6*7))', 'here 42');
});

/** Makes IndexedDB refuse, in pages and in their workers, as browsers do where site data is blocked. */
async function refuseStorage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const refusal = `Object.defineProperty(IDBFactory.prototype, 'open', {
      value() { throw new DOMException('The user denied permission to access the database.', 'SecurityError'); },
    });`;
    // Init scripts do not run in workers: this one has its worker begin with the refusal.
    globalThis.Worker = new Proxy(Worker, {
      construct(target, [url, options]: [URL, WorkerOptions]) {
        const script = new Blob([refusal], { type: 'text/javascript' });
        const source = [URL.createObjectURL(script), url.href].map((href) => `import ${JSON.stringify(href)};`);
        const entry = URL.createObjectURL(new Blob(source, { type: 'text/javascript' }));
        return new target(entry, options);
      },
    });
    // oxlint-disable-next-line no-eval -- the same text as in workers.
    (0, eval)(refusal);
  });
}

test('where the browser keeps no data, machines run, and Suspend says why it cannot', async ({ page, site }) => {
  await refuseStorage(page);
  await readableTerminal(page);
  await page.goto(site.url);
  await expect(noteOf(page, 'storage/unavailable')).toContainText('does not let this page keep data');
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo here $((6*7))', 'here 42');
  await page.locator('.machine-notes').getByRole('button', { name: 'Dismiss' }).click();
  await expect(noteOf(page, 'storage/unavailable')).toBeHidden();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect(noteOf(page, 'storage/unavailable')).toBeVisible();
  await expectRunning(page);
  await typeAndSee(page, 'echo still $((6*7))', 'still 42');
});

/** Room for the app itself and a few chunks. */
const SMALL_QUOTA_BYTES = 16_000_000;

test('on a device without room a machine runs in memory, and says so', async ({ page, site }) => {
  await limitSpace(page, site.url, SMALL_QUOTA_BYTES);
  await readableTerminal(page);
  await page.goto(site.url);
  await waitForControl(page);
  await bootFromShelf(page, TITLE);
  await expect(noteOf(page, 'machine/in-memory')).toContainText('no room left');
  await typeAndSee(page, 'CARGO=$((6*7)); echo loaded $CARGO', 'loaded 42');
  await page.locator('.machine-notes').getByRole('button', { name: 'Dismiss' }).click();
  await expect(noteOf(page, 'machine/in-memory')).toBeHidden();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect(noteOf(page, 'machine/in-memory')).toBeVisible();
  await expectRunning(page);
  await typeAndSee(page, 'echo cargo $CARGO', 'cargo 42');
  expect(await keptFiles(page)).toEqual([]);
});

test('a device that is full holds a machine in the middle of a write, which goes on when there is room', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo anchored > /root/log; sync; echo done $((6*7))', 'done 42');
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await limitSpace(page, site.url, usage + 4_000_000);
  await typeLine(page, 'head -c 12000000 /dev/urandom > /root/cargo; sync; md5sum < /root/cargo; echo stowed $((6*7))');
  await expect(noteOf(page, 'storage/full')).toBeVisible();
  await expect(stateInBar(page, 'Waiting')).toBeVisible();
  await limitSpace(page, site.url, undefined);
  // Nobody has to press anything: it tries again by itself.
  await expectRunning(page);
  await expect(screenOf(page)).toContainText('stowed 42');
  await typeAndSee(
    page,
    'echo found $(cat /root/log) and $(dmesg | grep -c "I/O error") errors',
    'found anchored and 0 errors',
  );
});
