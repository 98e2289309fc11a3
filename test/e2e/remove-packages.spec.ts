// The type of window.portolan.
import '../../src/app/window.ts';
import type { Locator, Page } from '@playwright/test';
import { withAutomatic } from '#domain/packages/index.ts';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { deb, type PackageFile } from './harness/package-files.ts';
import { expect, test } from './harness/test.ts';

const COMMON = deb({ name: 'isle-common', files: { 'usr/share/isle/name': 'Sark\n' } });
/** As apt calls it. */
const COMMON_PLACE = { name: 'isle-common', architecture: 'i386' };
const ISLE = deb({
  name: 'isle',
  fields: 'Depends: isle-common\n',
  files: { 'usr/bin/isle': '#!/bin/sh\nwhile :; do sleep 1; done\n' },
  // Its service has ended before.
  farewell: '! pgrep -x isle || exit 4',
});
const FERRY = deb({ name: 'ferry', files: { 'usr/bin/ferry': '#!/bin/sh\necho sails\n' } });
const STUBBORN = deb({ name: 'stubborn', files: { 'usr/bin/stubborn': 'x' }, farewell: 'echo stays >&2; exit 3' });

/** Has the machine's dpkg install packages, outside of what is tested here. */
async function install(page: Page, files: readonly PackageFile[]): Promise<void> {
  for (const { name, buffer } of files) {
    const path = ['packages', name].join('/');
    await page.evaluate(
      async ([to, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        await window.portolan.machines()[0]?.writeFile(to, bytes);
      },
      [path, buffer.toString('base64')] as const,
    );
  }
  await runInGuest(page, 'dpkg -i /host/packages/*.deb; rm -r /host/packages');
}

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Remove packages…' }).click();
  return page.getByRole('dialog', { name: 'Packages that you have installed into Debian base' });
}

test('a package is removed with its service and what only it needed, or the machine is as it was', async ({
  page,
  site,
  problems,
}) => {
  problems.expect(/dpkg could not|packages\/failed/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const dialog = await openDialog(page);
  await expect(dialog.getByText('There is none: the machine has what it came with.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await install(page, [COMMON, ISLE, FERRY, STUBBORN]);
  const states = '/var/lib/apt/extended_states';
  const marked = withAutomatic(await runInGuest(page, `cat ${states}`), [COMMON_PLACE], true);
  await runInGuest(page, `cat > ${states}`, [], marked);
  await page.evaluate(async () => {
    const { services } = window.portolan.machines()[0] ?? {};
    const service = { description: '', ports: [], environment: {} };
    await services?.add({ ...service, name: 'isle', run: 'exec isle', package: 'isle' });
    await services?.add({ ...service, name: 'stubborn', run: 'exec sleep 10000', package: 'stubborn' });
  });

  await expect.poll(() => runInGuest(page, 'pgrep -cx isle || true')).toBe('1\n');

  await test.step('it goes with all that is only its own', async () => {
    await openDialog(page);
    await expect(dialog.getByRole('heading', { level: 3 })).toHaveText(['ferry', 'isle', 'stubborn']);
    await expectAccessible(page, 'installed packages', TWO_LOOKS);
    await dialog.getByRole('button', { name: 'Remove isle' }).click();
    const going = dialog.getByRole('list', { name: 'Packages that go' }).getByRole('listitem');
    await expect(going).toHaveText(['isle1.0', 'isle-common1.0 · nothing else needs it']);
    const told = await runInGuest(
      page,
      "apt-get -s remove --auto-remove isle | sed -n 's/^Remv \\([^ ]*\\).*/\\1/p' | sort",
    );
    expect(told, 'what apt would remove').toBe('isle\nisle-common\n');
    await expect(dialog.getByText('The service isle stops and goes, too.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog.getByText('isle, isle-common are removed.')).toBeVisible({ timeout: 180_000 });
    const left =
      "dpkg -l isle isle-common 2> /dev/null | grep -c '^ii' || true; ls -d /etc/sv/isle 2> /dev/null || true";
    expect(await runInGuest(page, `${left}; dpkg --audit; ferry; pgrep -fc '[r]unsv isle' || true`)).toBe(
      '0\nsails\n0\n',
    );
  });

  await test.step('one that does not go leaves the machine as it was, with its service', async () => {
    await dialog.getByRole('button', { name: 'Back to the list' }).click();
    await dialog.getByRole('button', { name: 'Remove stubborn' }).click();
    await dialog.getByLabel('Delete their configuration and data, too').check();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog.getByText('dpkg could not remove stubborn')).toBeVisible({ timeout: 180_000 });
    await dialog.getByText('What dpkg has said').click();
    await expect(dialog.getByText('stays')).toBeVisible();
    expect(await runInGuest(page, "dpkg -l stubborn | grep -c '^ii'; dpkg --audit; ls -d /etc/service/stubborn")).toBe(
      '1\n/etc/service/stubborn\n',
    );
    expect(await page.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  });
});
