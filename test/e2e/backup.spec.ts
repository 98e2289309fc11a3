// The type of window.portolan.
import '../../src/app/window.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openPublication, packMachine, publish, withBackupFile, type MachineParts } from '../../publishing/index.ts';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { expectApp } from './harness/app.ts';
import { keptFiles } from './harness/kept-files.ts';
import { bootFromShelf, expectRunning, readableTerminal, resume, typeAndSee } from './harness/machine.ts';
import { expectTold } from './harness/notes.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';
const NAME = `${TITLE}.portolan-machine`;

/** Exports the machine that is shown, through the menu and the question, and returns the bytes of the download. */
async function exportShown(page: Page): Promise<Buffer<ArrayBuffer>> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Export…' }).click();
  await expectAccessible(page, 'export', TWO_LOOKS);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Suspend and export' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(NAME);
  return Buffer.from(await readFile(await download.path()));
}

async function importFile(page: Page, buffer: Buffer): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import a machine…' }).click(),
  ]);
  await chooser.setFiles({ name: NAME, mimeType: 'application/octet-stream', buffer });
}

test('a machine that was exported goes on in another browser, and a damaged file changes nothing there', async ({
  page,
  site,
  openVisitor,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo north > /root/course; sync; echo set $((6*7))', 'set 42');
  await page.evaluate(() => window.portolan.machines()[0]?.checkpoint('heading north'));
  await typeAndSee(page, 'echo south > /root/course; sync; WIND=fair; cd /var; echo turned $((6*7))', 'turned 42');
  const file = await exportShown(page);
  await expect(page.locator('.panel')).toContainText('Suspended');
  const { id } = await page.evaluate(() => ({ id: window.portolan.machines()[0]?.id }));

  const other = await openVisitor();
  await readableTerminal(other);
  await other.goto(site.url);
  await expectApp(other);
  const dialog = other.getByRole('dialog');
  const cut = file.subarray(0, file.length - 1000);
  const altered = Buffer.from(file);
  altered.writeUInt8(altered.readUInt8(file.length >> 1) ^ 1, file.length >> 1);
  for (const [wrong, code, data] of [
    [cut, 'backup/truncated', { bytes: cut.length }],
    [altered, 'backup/altered', { detail: 'a part of it has changed' }],
    [Buffer.from('not a machine'), 'backup/foreign', { detail: 'it begins differently' }],
  ] as const) {
    await importFile(other, wrong);
    await expectTold(other, code, data);
    expect(await keptFiles(other)).toEqual([]);
    expect(await other.evaluate(() => window.portolan.machines().length)).toBe(0);
    await dialog.getByRole('button', { name: 'Close' }).click();
  }

  // As it was, memory and disk, with its checkpoint.
  await importFile(other, file);
  await resume(other);
  await typeAndSee(other, 'echo $(cat /root/course) wind $WIND in $PWD', 'south wind fair in /var');
  await typeAndSee(
    other,
    'echo west > /root/course; sync; dmesg | grep -ciE "i/o error"; echo none $((1+1))',
    /0\s+none 2/,
  );
  await other.evaluate(async () => {
    const [machine] = window.portolan.machines();
    await machine?.restore(machine.checkpoints()[0]?.id ?? '');
  });
  await expectRunning(other);
  await typeAndSee(other, 'echo back to $(cat /root/course)', 'back to north');
  expect(await other.evaluate(() => window.portolan.machines().map((machine) => machine.id))).toEqual([id]);
  expect((await keptFiles(other)).filter((name) => name.endsWith('/incoming'))).toEqual([]);

  // Where its id is taken, it becomes another one.
  await page.getByRole('link', { name: 'Shelf' }).click();
  await importFile(page, file);
  await expect(page.locator('.panel')).toContainText('Suspended');
  const ids = await page.evaluate(() => window.portolan.machines().map((machine) => machine.id));
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
});

test('a machine that was exported is published, and what others boot of it has all that was on its disk', async ({
  page,
  site,
  openPublisher,
  openVisitor,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo charted > /root/isle; cat /etc/machine-id > /root/id; echo set $((6*7))', 'set 42');
  // As docs/publishing.md has it.
  await typeAndSee(page, '/usr/lib/portolan/identity forget; echo nobody $((6*7))', 'nobody 42');
  const file = Buffer.from(
    await page.evaluate(async () => {
      const [machine] = window.portolan.machines();
      await machine?.stop();
      const bytes = new Uint8Array((await (await machine?.export())?.arrayBuffer()) ?? new ArrayBuffer());
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    }),
    'latin1',
  );
  const publisher = await openPublisher();
  const { root } = publisher.folder;
  await publisher.folder.write('isle.portolan-machine', file);
  const entry = await withBackupFile(join(root, 'isle.portolan-machine'), async (backup) => {
    const base = await openPublication('build/catalog');
    const about: MachineParts['about'] = {
      id: 'isle',
      title: 'Isle',
      summary: '',
      version: '1',
      tags: [],
    };
    const packed = await publish(root, (scratch) => packMachine(root, scratch, { about, backup, base }), {
      alone: false,
    });
    return packed.entry;
  });

  const other = await openVisitor();
  await other.goto(site.url);
  await expectApp(other);
  const found = other.evaluate(
    async ([manifest, source]) => {
      const machine = await window.portolan.boot(manifest, { sources: [source] });
      await machine.ready;
      return (await machine.exec(['sh', '-c', 'cat /root/isle; cat /etc/machine-id /root/id | uniq | wc -l'])).stdout;
    },
    [entry.manifest.digest, publisher.catalogUrl] as const,
  );
  expect(await found).toBe('charted\n2\n');
});
