import type { Page } from '@playwright/test';
// The type of window.portolan.
import '../../src/app/window.ts';
import { blobPath, digestFromBytes, MEDIA_TYPES, type RuntimeConfig } from '#domain/container/index.ts';
import { encodeFileList, LIST_MEMBER, type FileList } from '#domain/packages/archive/index.ts';
import { withMember } from '../domain/packages/archive/support/extra-members.ts';
import { RUNTIME_CONFIG } from '../support/documents.ts';
import { runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { deb, FINGERPRINT, type PackageFile } from './harness/package-files.ts';
import { installDialog, openInstallDialog } from './harness/runtimes.ts';
import { expect, test } from './harness/test.ts';
import { VariantShelf } from './harness/variants.ts';

const SECOND = { name: 'quay', fields: 'Depends: pier\n', files: { 'usr/share/quay': 'stone\n' } };
const QUAYS_FILES: FileList = [
  ...['', 'usr', 'usr/share'].map((path) => ({ path, type: 'folder' as const })),
  { path: 'usr/share/quay', type: 'file' },
];
const PIER = deb({ name: 'pier', files: { 'usr/share/pier': 'wood\n' }, script: 'touch /etc/pier' });
/** Too much for one batch. */
const hulk = (name: string): PackageFile => deb({ name, files: { [`srv/${name}`]: '\0'.repeat(17 * 1024 * 1024) } });
const [FIRST_HULK, SECOND_HULK] = [hulk('first-hulk'), hulk('second-hulk')];
const HULKS = [FIRST_HULK, SECOND_HULK];
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

/** As runtimes have them: with a list of its files. */
function listing(file: PackageFile, files: FileList): PackageFile {
  return { ...file, buffer: Buffer.from(withMember(file.buffer, LIST_MEMBER, encodeFileList(files))) };
}

/** What a runtime brings after its packages. */
interface Extras {
  readonly template?: string;
  /** The name of its service. */
  readonly service?: string;
}

interface Course extends Extras {
  /** The stage at which it is called off, with the first package that it is about. */
  readonly callOffAt?: string;
  /** A script for the machine, once it is said what would be. */
  readonly between?: string;
}

/** Installs packages into the first machine. @returns what went wrong, with its code */
function install(page: Page, files: readonly PackageFile[], course: Course = {}): Promise<string> {
  const given = files.map(({ buffer }) => buffer.toString('base64'));
  return page.evaluate(
    async ({ all, config, course: { template, callOffAt, between } }) => {
      const [machine] = window.portolan.machines();
      if (!machine) return 'no machine';
      const debs = all.map((text) => new Blob([Uint8Array.from(atob(text), (each) => each.charCodeAt(0))]));
      const off = new AbortController();
      try {
        const proposal = await window.portolan.proposePackages(machine, debs);
        if (proposal.kind !== 'proposal') return proposal.text;
        if (between !== undefined) await machine.exec(['sh', '-c', between]);
        await window.portolan.installPackages(machine, debs, proposal, {
          signal: off.signal,
          runtime: config && { config, debs, template: template === undefined ? undefined : new Blob([template]) },
          onProgress: ({ stage, names }) => {
            document.title = `${stage} ${names[0] ?? ''}`.trim();
            if (document.title === callOffAt) off.abort();
          },
        });
        return 'installed';
      } catch (error) {
        if (error instanceof DOMException) return error.name;
        return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error);
      }
    },
    { all: given, config: configOf(course), course },
  );
}

/** Undefined where there is nothing but packages. */
function configOf({ template, service }: Extras): RuntimeConfig | undefined {
  if (template === undefined && service === undefined) return undefined;
  const services =
    service === undefined ? [] : [{ name: service, description: '', run: 'x', ports: [], environment: {} }];
  const sha256 = digestFromBytes(new Uint8Array(32));
  return { ...RUNTIME_CONFIG, services, template: { folder: '/srv/isle', offset: 0, size: 1, sha256 } };
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

/** Looks whether a machine is as it is now. */
async function untouched(page: Page): Promise<(at: Page) => Promise<void>> {
  const before = await runInGuest(page, FINGERPRINT);
  return async (at) => {
    expect(await runInGuest(at, FINGERPRINT)).toBe(before);
    expect(await runInGuest(at, 'ls /host /usr/sbin/policy-rc.d 2> /dev/null || true; ls /srv')).toBe('/host:\n');
    expect(await at.evaluate(() => window.portolan.machines()[0]?.checkpoints())).toEqual([]);
  };
}

test('an installation that fails, wherever it does, leaves the machine as it was', async ({
  page,
  site,
  context,
  problems,
}) => {
  test.setTimeout(900_000);
  problems.expect(/packages\/|archive\/|services\/|machine\/undone|AbortError|aborted/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const expectUntouched = await untouched(page);

  const failing: readonly (readonly [string, readonly PackageFile[], RegExp])[] = [
    [
      'a script of the first before it is unpacked',
      [deb({ name: 'pier', before: 'exit 3' }), deb(SECOND)],
      /unpack.*pier/,
    ],
    [
      'a script of the second before it is unpacked',
      [PIER, deb({ ...SECOND, before: 'exit 3' })],
      /could not unpack.*quay\.deb/,
    ],
    [
      'the script that sets up the first',
      [deb({ name: 'pier', script: 'exit 3' }), deb(SECOND)],
      /could not configure/,
    ],
    ['the script that sets up the second', [PIER, deb({ ...SECOND, script: 'exit 3' })], /could not configure.*quay/],
    ['the first cut off', [{ ...PIER, buffer: PIER.buffer.subarray(0, -40) }, deb(SECOND)], /archive\/truncated/],
    ['the second with another bit', [PIER, flipped(deb(SECOND))], /archive\/damaged/],
    [
      'the second with another bit, which is found when it is written',
      [PIER, listing(flipped(deb(SECOND)), QUAYS_FILES)],
      /archive\/damaged/,
    ],
    [
      'the second without a file that it lists, once the first is written',
      [FIRST_HULK, listing(SECOND_HULK, [{ path: 'etc/passwd', type: 'file' }])],
      /archive\/damaged.*list of files.*“\/etc\/passwd”/,
    ],
  ];
  for (const [what, files, failure] of failing) {
    await test.step(what, async () => {
      expect(await install(page, files)).toMatch(failure);
      await expectUntouched(page);
    });
  }

  // The smallest is written first, though it needs the pier.
  for (const callOffAt of ['unpack quay', 'unpack second-hulk', 'configure pier', 'checking']) {
    await test.step(`being called off at: ${callOffAt}`, async () => {
      expect(await install(page, [PIER, ...HULKS, deb(SECOND)], { callOffAt })).toBe('AbortError');
      await expectUntouched(page);
    });
  }

  await test.step('a disk that is full, foreseen or not', async () => {
    expect(await install(page, [VAST])).toMatch(/^packages\/disk-full/);
    // A small disk where files go, which it does not say: of two batches, the second has no place.
    await runInGuest(page, 'mount -t tmpfs -o size=20m none /srv');
    expect(await install(page, HULKS)).toMatch(/could not unpack/);
    await runInGuest(page, 'umount /srv');
    await expectUntouched(page);
  });

  await test.step('a disk that becomes full where dpkg keeps what it knows', async () => {
    const lib = '/var/lib/dpkg';
    await runInGuest(page, `mkdir /mnt/lib; mount -t tmpfs -o size=40m none /mnt/lib; cp -a ${lib}/. /mnt/lib`);
    await runInGuest(page, `mount --bind /mnt/lib ${lib}`);
    const between = `dd if=/dev/zero of=${lib}/full bs=64k`;
    expect(await install(page, [PIER, deb(SECOND)], { between })).toMatch(/could not unpack/);
    await runInGuest(page, `rm ${lib}/full`);
    expect(await install(page, [PIER, deb({ ...SECOND, before: 'true' })], { between })).toMatch(/could not unpack/);
    await runInGuest(page, `umount ${lib} /mnt/lib; rmdir /mnt/lib`);
    await expectUntouched(page);
  });

  await test.step('what comes after the packages: a template, a service', async () => {
    expect(await install(page, [PIER], { template: 'no tar' })).toMatch(
      /could not unpack the template of Lighthouse: tar/,
    );
    await expectUntouched(page);
    expect(await install(page, [PIER], { service: 'qemu-ga' })).toMatch(/^services\/needed/);
    await expectUntouched(page);
  });

  await test.step('its tab gone in the middle: when the machine is started again, it has gone back', async () => {
    void install(page, [PIER, SLEEPER]).catch(() => undefined);
    await expect(page).toHaveTitle('configure pier', { timeout: 120_000 });
    const next = await context.newPage();
    await page.close();
    page = next;
    await page.goto(site.url);
    await page.waitForFunction(() => window.portolan?.machines().length === 1);
    await page.evaluate(() => window.portolan.machines()[0]?.start());
    expect(await page.evaluate(() => window.portolan.machines()[0]?.notice?.code)).toBe('machine/undone');
    await expectUntouched(page);
    expect(await install(page, [PIER, deb(SECOND)])).toBe('installed');
  });
});

test('an upgrade that fails, and a package that is told of it and fails, leave the machine as it was', async ({
  page,
  site,
  problems,
}) => {
  test.setTimeout(480_000);
  problems.expect(/packages\//);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  // Those that fail have nothing in the new ones to help them.
  const refuse = '[ "$1" != upgrade ]';
  const bell = { name: 'bell', triggers: 'interest /usr/share/quay\n', script: '[ "$1" != triggered ]' };
  const pier = { name: 'pier', files: { 'usr/share/pier': 'wood\n' } };
  const old = [deb({ name: 'jetty', farewell: refuse }), deb({ name: 'slip', after: refuse }), deb(pier), deb(bell)];
  expect(await install(page, old)).toBe('installed');
  const expectUntouched = await untouched(page);
  const version = '2.0';

  const failing: readonly (readonly [string, readonly PackageFile[], RegExp])[] = [
    ['the old one’s script before it goes', [deb({ name: 'jetty', version })], /could not unpack.*jetty\.deb/],
    ['the old one’s script once it has gone', [deb({ name: 'slip', version })], /could not unpack.*slip\.deb/],
    [
      'the new one’s script before it comes',
      [deb({ ...pier, version, before: 'exit 3' })],
      /could not unpack.*pier\.deb/,
    ],
    [
      'the new one’s script that sets it up',
      [deb({ ...pier, version, script: 'exit 3' })],
      /could not configure.*pier/,
    ],
    ['one that is told of files of another', [deb({ ...SECOND, fields: '' })], /could not configure.*bell/],
  ];
  for (const [what, files, failure] of failing) {
    await test.step(what, async () => {
      expect(await install(page, files)).toMatch(failure);
      await expectUntouched(page);
    });
  }
  expect(await install(page, [deb({ ...pier, version })])).toBe('installed');
});
