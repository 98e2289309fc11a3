// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { bytesInGuest, runInGuest } from './harness/guest-web.ts';
import { bootFromShelf, expectRunning, inPanel } from './harness/machine.ts';
import { openTab } from './harness/tabs.ts';
import { expect, test } from './harness/test.ts';

const OLD_BYTES = 1024 ** 3;

/** Asks for a disk of so many bytes: the code of the error, or that there is none. */
function grow(page: Page, bytes: number): Promise<unknown> {
  return page.evaluate(
    (wanted) =>
      window.portolan
        .machines()[0]
        ?.growDisk(wanted)
        .then(
          () => 'it is larger',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        ),
    bytes,
  );
}

async function startAgain(page: Page): Promise<void> {
  await inPanel(page, 'Start').click();
  await expectRunning(page);
}

test('a disk that was to become larger is so after its tab has ended, and wherever the machine goes', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  await runInGuest(page, 'echo kept > /root/cargo; sync');

  await test.step('what cannot be is refused, and the machine runs on', async () => {
    expect(await grow(page, OLD_BYTES)).toBe('disk/not-larger');
    expect(await grow(page, 1e12)).toBe('disk/too-large');
    const other = await openTab(page);
    await expect.poll(() => other.evaluate(() => window.portolan.machines()[0]?.state.name)).toBe('elsewhere');
    expect(await grow(other, 2e9)).toBe('machine/elsewhere');
    expect(await other.evaluate(async () => (await window.portolan.machines()[0]?.disk())?.size)).toBe(OLD_BYTES);
    await other.close();
    await page.evaluate(() => window.portolan.machines()[0]?.checkpoint('a change', { isUndo: true }));
    expect(await grow(page, 2e9)).toBe('disk/busy');
    await page.evaluate(async () => {
      const [machine] = window.portolan.machines();
      await machine?.forget(machine.checkpoints()[0]?.id ?? '');
    });
    expect(await page.evaluate(() => window.portolan.machines()[0]?.state.name)).toBe('running');
  });

  await test.step('the tab ends while the machine restarts', async () => {
    await page.evaluate(() => {
      const [machine] = window.portolan.machines();
      machine?.growDisk(2e9).catch(() => undefined);
      return new Promise<void>((resolve) => {
        machine?.on('state', () => (machine.state.name === 'starting' ? resolve() : undefined));
      });
    });
    await page.reload();
    await startAgain(page);
    // The file system follows right behind the prompt.
    await expect.poll(() => bytesInGuest(page)).toBeGreaterThan(1.9e9);
    expect(await runInGuest(page, 'cat /root/cargo')).toBe('kept\n');
  });

  await test.step('it grows once more', async () => {
    expect(await grow(page, 3e9)).toBe('it is larger');
    expect(await bytesInGuest(page)).toBeGreaterThan(2.9e9);
  });

  await test.step('an exported machine has it, too; one that starts over does not', async () => {
    const copy = await page.evaluate(async () => {
      const [machine] = window.portolan.machines();
      await machine?.stop();
      const file = await machine?.export();
      await machine?.startOver();
      const size = (await machine?.disk())?.size;
      await machine?.stop();
      const imported = file && (await window.portolan.import(file));
      await imported?.start();
      const there = await imported?.exec(['sh', '-c', 'cat /root/cargo; df -Pk / | tail -n 1']);
      return { size, disk: await imported?.disk(), there: there?.stdout };
    });
    expect(copy.size).toBe(OLD_BYTES);
    expect(copy.disk?.size).toBeGreaterThanOrEqual(3e9);
    expect(copy.there).toMatch(/^kept\n\/dev\/root +(28|29)\d{5} /);
  });
});
