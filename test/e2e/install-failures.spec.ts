import type { Page } from '@playwright/test';
// The type of window.portolan.
import '../../src/app/window.ts';
import { blobPath, MEDIA_TYPES } from '#domain/container/index.ts';
import { runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { deb, FINGERPRINT, type PackageFile } from './harness/package-files.ts';
import { installDialog, openInstallDialog } from './harness/runtimes.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf } from './harness/variants.ts';

const SECOND = { name: 'quay', fields: 'Depends: pier\n', files: { 'usr/share/quay': 'stone\n' } };
const PIER = deb({ name: 'pier', files: { 'usr/share/pier': 'wood\n' }, script: 'touch /etc/pier' });
const HULK = deb({ name: 'hulk', files: { 'srv/hulk': '\0'.repeat(24 * 1024 * 1024) } });
/** In units of 1024 bytes. */
const VAST = deb({ name: 'vast', fields: `Installed-Size: ${4 * 1024 * 1024}\n` });
const SLEEPER = deb({ ...SECOND, script: 'touch /etc/quay; sleep 600' });

/** As a failing disk leaves it: one bit of its data is another. */
function flipped(file: PackageFile): PackageFile {
  const buffer = Buffer.from(file.buffer);
  const last = buffer.length - 100;
  buffer.writeUInt8(buffer.readUInt8(last) ^ 1, last);
  return { ...file, buffer };
}

/** Installs packages into the first machine. @returns the code of what went wrong */
function install(page: Page, files: readonly PackageFile[], callOffAt?: string): Promise<string> {
  const given = files.map(({ buffer }) => buffer.toString('base64'));
  return page.evaluate(
    async ([all, stop]) => {
      const [machine] = window.portolan.machines();
      if (!machine) return 'no machine';
      const blobs = all.map((text) => new Blob([Uint8Array.from(atob(text), (each) => each.charCodeAt(0))]));
      const off = new AbortController();
      try {
        const proposal = await window.portolan.proposePackages(machine, blobs);
        if (proposal.kind !== 'proposal') return proposal.text;
        await window.portolan.installPackages(machine, blobs, proposal, {
          signal: off.signal,
          onProgress: ({ stage }) => {
            document.title = stage;
            if (stage === stop) off.abort();
          },
        });
        return 'installed';
      } catch (error) {
        if (error instanceof DOMException) return error.name;
        return error instanceof Error && 'code' in error ? String(error.code) : String(error);
      }
    },
    [given, callOffAt] as const,
  );
}

test('a runtime of which a package is not what its publisher announced is refused, and the machine is as it was', async ({
  page,
  site,
  builds,
  problems,
}) => {
  problems.expect(/status of 502|chunk\/digest-mismatch/);
  const shelf = await VariantShelf.of(builds.current);
  const nginx = shelf.entryOf('nginx');
  const { layers } = await shelf.manifestOf(nginx);
  const packages = layers.find(({ mediaType }) => mediaType === MEDIA_TYPES.packages);
  if (!packages) throw new Error('the runtime has no packages');
  await shelf.damage(packages);
  await site.deploy(shelf.root);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const before = await runInGuest(page, FINGERPRINT);
  await openInstallDialog(page);
  const dialog = installDialog(page);
  const button = dialog.getByRole('button', { name: 'Download and install nginx' });

  await test.step('it is refused, and the machine is not touched', async () => {
    await button.click();
    const url = new URL(`catalog/${blobPath(packages.digest)}`, site.url).href;
    await expectTold(page, 'chunk/digest-mismatch', { what: '“nginx”', url });
    expect(await runInGuest(page, FINGERPRINT)).toBe(before);
    expect(await runInGuest(page, 'dpkg -l | grep -c nginx || true; ls /host')).toBe('0\n');
    expect(await page.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  });

  await test.step('once the server has the right bytes, it can be had', async () => {
    await site.deploy(builds.current);
    await button.click();
    await expect(dialog.getByRole('heading', { name: 'nginx-light', exact: true })).toBeVisible();
  });
  await shelf.dispose();
});

test('an installation that fails, wherever it does, leaves the machine as it was', async ({
  page,
  site,
  context,
  problems,
}) => {
  test.setTimeout(480_000);
  problems.expect(/packages\/|archive\/|machine\/undone|AbortError|aborted/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const before = await runInGuest(page, FINGERPRINT);
  const expectUntouched = async (): Promise<void> => {
    expect(await runInGuest(page, FINGERPRINT)).toBe(before);
    expect(await runInGuest(page, 'ls /host /usr/sbin/policy-rc.d 2> /dev/null || true')).toBe('/host:\n');
    expect(await page.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  };

  const failing: readonly (readonly [string, readonly PackageFile[], string])[] = [
    ['a script of the second before it is unpacked', [PIER, deb({ ...SECOND, before: 'exit 3' })], 'packages/failed'],
    ['the script that sets up the first', [deb({ name: 'pier', script: 'exit 3' }), deb(SECOND)], 'packages/failed'],
    ['the script that sets up the second', [PIER, deb({ ...SECOND, script: 'exit 3' })], 'packages/failed'],
    ['a package that was cut off', [{ ...PIER, buffer: PIER.buffer.subarray(0, -40) }], 'archive/truncated'],
    ['a package in which a bit is another', [PIER, flipped(deb(SECOND))], 'archive/damaged'],
  ];
  for (const [what, files, code] of failing) {
    await test.step(what, async () => {
      expect(await install(page, files)).toBe(code);
      await expectUntouched();
    });
  }

  await test.step('being called off', async () => {
    expect(await install(page, [PIER, deb(SECOND)], 'configure')).toBe('AbortError');
    await expectUntouched();
  });

  await test.step('a disk that is full, foreseen or not', async () => {
    expect(await install(page, [VAST])).toBe('packages/disk-full');
    // A small disk where its files go, which it does not say.
    await runInGuest(page, 'mount -t tmpfs -o size=4m none /srv');
    expect(await install(page, [HULK])).toBe('packages/failed');
    await runInGuest(page, 'umount /srv');
    await expectUntouched();
  });

  await test.step('its tab gone in the middle: when the machine is started again, it has gone back', async () => {
    void install(page, [PIER, SLEEPER]).catch(() => undefined);
    await expect(page).toHaveTitle('configure', { timeout: 120_000 });
    const next = await context.newPage();
    await page.close();
    page = next;
    await page.goto(site.url);
    await page.waitForFunction(() => window.portolan?.machines().length === 1);
    await page.evaluate(() => window.portolan.machines()[0]?.start());
    expect(await page.evaluate(() => window.portolan.machines()[0]?.notice?.code)).toBe('machine/undone');
    await expectUntouched();
    expect(await install(page, [PIER, deb(SECOND)])).toBe('installed');
  });
});
