// The type of window.portolan.
import '../../src/app/window.ts';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { bytesInGuest, runInGuest } from './harness/guest-web.ts';
import { bootFromShelf, expectRunning, inPanel, resume, suspend } from './harness/machine.ts';
import { deb } from './harness/package-files.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
const OLD_BYTES = 1024 ** 3;

/** In KiB, more than the container's disk has: what dpkg believes, not what the file has. */
const CARGO = deb({ name: 'cargo', fields: 'Installed-Size: 2000000\n', files: { 'usr/share/cargo': 'loaded\n' } });

/** A file that is longer than the old disk, with something in it each 100 MiB; and the bytes of the disk that are taken then. */
const SPREAD = `fallocate -l 1500M /hold
for i in $(seq 0 14); do echo cargo | dd of=/hold bs=1M seek=$((i * 100)) conv=notrunc status=none; done
sync; df -B1 --output=used / | tail -n 1`;
const LOOK = `for i in $(seq 0 14); do dd if=/hold bs=1M skip=$((i * 100)) count=1 status=none | head -n 1; done | grep -ac cargo
dmesg | grep -ciE "i/o error|ext4-fs error" || true`;

async function choose(page: Page, item: string): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: item }).click();
  return page.getByRole('dialog');
}

async function expectWhole(page: Page): Promise<void> {
  expect(await runInGuest(page, LOOK)).toBe('15\n0\n');
}

test('a disk that is too small for an installation becomes larger, and stays so until one goes back', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await runInGuest(page, 'echo small > /root/size; sync');
  expect(await bytesInGuest(page)).toBeLessThan(OLD_BYTES);
  const small = await page.evaluate(async () => (await window.portolan.machines()[0]?.checkpoint('small'))?.id ?? '');

  await test.step('where an installation finds no room, a larger disk is offered, and the installation goes on', async () => {
    const dialog = await choose(page, 'Install packages…');
    await dialog.getByLabel('Packages of your own').setInputFiles([CARGO]);
    await expect(dialog.getByRole('alert')).toContainText('The machine’s disk is too small');
    await expect(dialog.getByLabel('New size')).toHaveValue(/^300/);
    await expectAccessible(page, 'larger disk', TWO_LOOKS);
    await dialog.getByRole('button', { name: 'Make the disk larger' }).click();
    await expect(dialog.getByText('The machine restarts with a larger disk.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await expect(dialog.getByText('is installed.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await bytesInGuest(page)).toBeGreaterThan(2.9e9);
    expect(await runInGuest(page, 'cat /usr/share/cargo /root/size')).toBe('loaded\nsmall\n');
  });

  await test.step('what lies behind the old end is there after a suspension, and after the tab has ended', async () => {
    expect(Number(await runInGuest(page, SPREAD))).toBeGreaterThan(OLD_BYTES);
    await suspend(page);
    await resume(page);
    await runInGuest(page, 'echo 3 > /proc/sys/vm/drop_caches');
    await expectWhole(page);
    await page.reload();
    await inPanel(page, 'Start').click();
    await expectRunning(page);
    await expectWhole(page);
    expect(await bytesInGuest(page)).toBeGreaterThan(2.9e9);
  });

  await test.step('the menu says how large and how full it is', async () => {
    const dialog = await choose(page, 'Disk size…');
    await expect(dialog.getByRole('status')).toContainText('The disk has 3.0 GB');
    await expectAccessible(page, 'disk size', TWO_LOOKS);
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('a checkpoint from before brings the small disk back', async () => {
    await page.evaluate((id) => window.portolan.machines()[0]?.restore(id), small);
    expect(await bytesInGuest(page)).toBeLessThan(OLD_BYTES);
    expect(await runInGuest(page, 'cat /root/size; ls / | grep -c hold || true')).toBe('small\n0\n');
    const size = await page.evaluate(async () => (await window.portolan.machines()[0]?.disk())?.size);
    expect(size).toBe(OLD_BYTES);
  });
});
