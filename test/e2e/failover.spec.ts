import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FaultServer } from '../support/fault-server.ts';
import { noteOf } from './harness/notes.ts';
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
  await page.getByRole('button', { name: 'Boot Debian base' }).click();
  await page.evaluate(() => window.portolan.machines()[0]?.ready);
  await Promise.all(servers.map((server) => server.stop()));
  const found = page.evaluate(() =>
    window.portolan.machines()[0]?.exec(['sh', '-c', 'cat /usr/bin/* | sha256sum | cut -c-8']),
  );
  await expect(noteOf(page, 'source/unreachable').first()).toBeVisible();
  await second.start();
  await page.getByRole('button', { name: 'Retry' }).first().click();
  expect(await found).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f]{8}\n$/) });
});
