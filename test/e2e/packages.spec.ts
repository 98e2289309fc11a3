import type { Locator, Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { deb } from './harness/package-files.ts';
import { keepFromShelf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

const COMMON = deb({ name: 'isle-common', files: { 'usr/share/isle/name': 'Sark\n' } });
const ISLE = deb({
  name: 'isle',
  fields: 'Depends: isle-common (>= 1.0)\n',
  files: { 'usr/bin/isle': '#!/bin/sh\ncat /usr/share/isle/name /var/lib/isle\n' },
  script: 'echo "asked: $DEBIAN_FRONTEND"; echo ready > /var/lib/isle',
});
const BROKEN = deb({
  name: 'wreck',
  files: { 'usr/bin/wreck': 'x' },
  script: 'echo leaking >&2; touch /etc/wreck; exit 3',
});
const GREEDY = deb({ name: 'greedy', files: { 'bin/dash': 'x' } });

/** All that a failed installation may not have touched. */
const FINGERPRINT = `(find /usr /etc /var /root /opt -xdev ! -path '/var/log/*' -printf '%p %y %m %U %s %T@\\n' | sort; cat /var/lib/dpkg/status) | sha256sum`;

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Install packages…' }).click();
  return page.getByRole('dialog', { name: 'Install packages into Debian base' });
}

test('packages are installed from files, or the machine is as it was', async ({ page, site, problems }) => {
  problems.expect(/dpkg could not|packages\/failed|archive\/foreign/);
  await page.goto(site.url);
  await keepFromShelf(page, 'Debian base');
  await bootFromShelf(page, 'Debian base');
  await site.stop();
  const dialog = await openDialog(page);
  const files = dialog.getByLabel('Packages of your own');

  await test.step('one alone misses what it needs', async () => {
    await files.setInputFiles([{ name: 'notes.deb', mimeType: '', buffer: Buffer.from('no package') }]);
    await expect(dialog.getByText('This file is not a Debian package')).toBeVisible();
    await files.setInputFiles([ISLE]);
    await expect(dialog.getByRole('alert')).toContainText('isle-common');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await test.step('together they are installed, as dpkg would have done it', async () => {
    await openDialog(page);
    await files.setInputFiles([ISLE, COMMON]);
    await expect(dialog.getByRole('heading', { name: 'isle', exact: true })).toBeVisible();
    await expectAccessible(page, 'packages', TWO_LOOKS);
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await expect(dialog.getByText('are installed.')).toBeVisible({ timeout: 180_000 });
    await dialog.getByText('What dpkg has said').click();
    await expect(dialog.getByText('asked: noninteractive')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await runInGuest(page, 'isle')).toBe('Sark\nready\n');
    const state = `dpkg --audit; dpkg -V isle isle-common; dpkg-query -W -f '\${db:Status-Abbrev}\${Version}\\n' isle isle-common; ls /host /usr/sbin/policy-rc.d 2>&1 | grep -c portolan || true`;
    expect(await runInGuest(page, state)).toBe('ii 1.0\nii 1.0\n0\n');
    expect(await page.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  });

  await test.step('what belongs to another package is told before anything is touched', async () => {
    await openDialog(page);
    await files.setInputFiles([GREEDY]);
    await expect(dialog.getByRole('alert')).toContainText('greedy brings /usr/bin/dash, which belongs to dash.');
    await expect(dialog.getByRole('button', { name: 'Install', exact: true })).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await test.step('a script that fails leaves the machine as it was', async () => {
    const before = await runInGuest(page, FINGERPRINT);
    await openDialog(page);
    await files.setInputFiles([BROKEN]);
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await expect(dialog.getByText('dpkg could not configure wreck')).toBeVisible({ timeout: 180_000 });
    await dialog.getByText('What dpkg has said').click();
    await expect(dialog.getByText('leaking')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await runInGuest(page, FINGERPRINT)).toBe(before);
    expect(await runInGuest(page, 'isle; ls /etc/wreck /usr/bin/wreck 2>&1 | grep -c "No such file"')).toBe(
      'Sark\nready\n2\n',
    );
    expect(await page.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  });
});
