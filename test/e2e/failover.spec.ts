import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  blobPath,
  decodeChunkList,
  parseJson,
  readManifest,
  TraceSchema,
  type Descriptor,
} from '#domain/container/index.ts';
import { builtFiles, manifestOf } from '../support/built-catalog.ts';
import { FaultServer } from '../support/fault-server.ts';
import type { Fault } from '../support/faults.ts';
import { bootFromShelf, pressBootFromDisk, removeFromPanel } from './harness/machine.ts';
import { noteOf } from './harness/notes.ts';
import { pathOf } from './harness/publisher.ts';
import { waitForControl } from './harness/service-worker.ts';
import { addSources } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

const CATALOG = 'build/catalog';
const EMPTY = '{"schemaVersion":1,"entries":[]}';

let root: string;
let servers: readonly [FaultServer, FaultServer];

/** The app at home offers nothing: all that is booted comes from two other servers. */
test.beforeEach(async ({ builds, site }) => {
  root = await mkdtemp(join(resolve('build/e2e'), 'home-'));
  await cp(builds.current, root, { recursive: true, filter: (path) => !path.includes('/catalog/blobs') });
  await writeFile(join(root, 'catalog/catalog.json'), EMPTY);
  await site.deploy(root);
  servers = [await FaultServer.open(CATALOG), await FaultServer.open(CATALOG)];
});
test.afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(root, { recursive: true });
});

test('a source dies in the middle of a boot, and the boot goes on from the next', async ({ page, site, problems }) => {
  problems.expect(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load/);
  const [first, second] = servers;
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(page, [`${first.url}catalog.json`, `${second.url}catalog.json`]);
  first.throttle({ roundTrip: 10, bytesPerSecond: 2e6 });
  const ready = page.evaluate(async () => {
    const machine = await window.portolan.boot('base', { from: 'disk', keepOffline: false });
    await machine.ready;
    return machine.exec(['sh', '-c', 'sha256sum /usr/bin/dpkg | cut -c-8; echo $((6*7))']);
  });
  // The kernel is here, and pieces of the disk are on their way.
  await expect
    .poll(() => first.requests.filter(({ range, sent }) => range !== undefined && sent > 0).length)
    .toBeGreaterThan(2);
  expect(second.sent(/blobs/)).toBe(0);
  await first.stop();
  expect(await ready).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f]{8}\n42\n$/) });
  expect(second.sent(/blobs/)).toBeGreaterThan(0);
});

test('with all sources gone the machine waits, says why, and goes on when one is back', async ({
  page,
  site,
  problems,
}) => {
  problems.expect(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load/);
  const [first, second] = servers;
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(page, [`${first.url}catalog.json`, `${second.url}catalog.json`]);
  await bootFromShelf(page, 'Debian base');
  await Promise.all(servers.map((server) => server.stop()));
  const found = page.evaluate(() =>
    window.portolan.machines()[0]?.exec(['sh', '-c', 'cat /usr/bin/* | sha256sum | cut -c-8']),
  );
  await expect(noteOf(page, 'source/unreachable').first()).toBeVisible();
  await second.start();
  await page.getByRole('button', { name: 'Retry' }).first().click();
  expect(await found).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f]{8}\n$/) });
});

/** The blob that holds the disk of `base`, and the middle of a piece of it that a boot reads when it has read dozens of others. */
async function diskBlob(): Promise<{ readonly path: RegExp; readonly late: number }> {
  const files = await builtFiles();
  const read = ({ digest }: Pick<Descriptor, 'digest'>): Uint8Array => files.get(blobPath(digest)) ?? new Uint8Array();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const { disk, trace } = readManifest(text(read(manifestOf('base', files))));
  if (!trace) throw new Error('the container has no trace');
  const { chunks } = parseJson(TraceSchema, text(read(trace)), 'The trace');
  const records = decodeChunkList(read(disk.chunks), disk.blob.size);
  const piece = records[chunks.slice(60).find((index) => (records[index]?.compressedLength ?? 0) > 0) ?? -1];
  if (!piece) throw new Error('the trace is short');
  return { path: pathOf(disk.blob), late: piece.offset + (piece.compressedLength >> 1) };
}

test('flipped bits of all sources never reach the guest: it does not start, or waits, and runs on with the right bytes', async ({
  page,
  site,
  problems,
}) => {
  problems.expect(/status of 502/);
  const { path, late } = await diskBlob();
  const damage = (fault: Fault): void => {
    for (const server of servers) server.heal();
    for (const server of servers) server.inject({ path, fault });
  };
  damage({ kind: 'wrong-byte' });
  await page.goto(site.url);
  await waitForControl(page);
  const urls = servers.map(({ url }) => `${url}catalog.json`);
  await addSources(page, urls);
  await pressBootFromDisk(page, 'Debian base');
  // The very first piece of the disk is damaged.
  await expect(noteOf(page, 'chunk/digest-mismatch')).toBeVisible();
  await removeFromPanel(page);
  damage({ kind: 'wrong-byte', at: late });
  await pressBootFromDisk(page, 'Debian base');
  // The guest runs, and stands still.
  await expect(noteOf(page, 'chunk/digest-mismatch')).toBeVisible();
  for (const server of servers) server.heal();
  await page.getByRole('button', { name: 'Retry' }).first().click();
  const checked = page.evaluate(async () => {
    const [machine] = window.portolan.machines();
    await machine?.ready;
    const sums = 'cd / && grep " usr/s*bin/" /var/lib/dpkg/info/*.md5sums -h | md5sum -c --quiet && echo all whole';
    return machine?.exec(['sh', '-c', sums]);
  });
  expect(await checked).toMatchObject({ status: 0, stdout: 'all whole\n' });
});
