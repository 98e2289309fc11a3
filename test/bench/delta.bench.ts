import type { Page } from '@playwright/test';
import { MEDIA_TYPES, type CatalogEntry } from '#domain/container/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { waitForControl } from '../e2e/harness/service-worker.ts';
import { listingOf } from '../e2e/harness/shelf.ts';
import { VariantShelf, withoutLayer, type Change } from '../e2e/harness/variants.ts';
import { FaultServer } from '../support/fault-server.ts';
import { withUpdatedFiles } from './delta/next-version.ts';
import { withFreshPage } from './harness.ts';

const BLOBS = /\/blobs\//;

/** What a machine that has version 1 fetches to boot version 2, and to keep all of it, in which 1 MiB is new. */
export const benchmark: Benchmark = {
  name: 'delta',
  summary: 'bytes fetched for version 2 (1 MiB is new) where version 1 is kept; ratio: to the bytes of version 1',
  run: async () => {
    await ensureBuild();
    const shelf = await VariantShelf.of(BUILD_FOLDER);
    // A snapshot is of one version only, so that both are compared by their disks.
    const first = await shelf.add('first', 'Version 1', withoutLayer(MEDIA_TYPES.snapshot));
    const second = await shelf.add(
      'second',
      'Version 2',
      inTurn(withoutLayer(MEDIA_TYPES.snapshot), withUpdatedFiles('2')),
    );
    const server = await FaultServer.open(shelf.root);
    try {
      const { value, baseline } = await withFreshPage((page) => measure(page, server, { first, second }));
      return { unit: 'MB', value, baseline, ratio: value / baseline, runs: 1 };
    } finally {
      await server.close();
      await shelf.dispose();
    }
  },
};

interface Versions {
  readonly first: CatalogEntry;
  readonly second: CatalogEntry;
}

async function measure(
  page: Page,
  server: FaultServer,
  { first, second }: Versions,
): Promise<{ value: number; baseline: number }> {
  await page.goto(server.homeUrl);
  await waitForControl(page);
  const kept = await fetched(server, () => keep(page, first));
  const booted = await fetched(server, () => boot(page, second));
  const rest = await fetched(server, () => keep(page, second));
  say(
    `version 1 kept: ${kept.toFixed(2)} MB; then version 2 booted: ${booted.toFixed(2)} MB, kept: ${rest.toFixed(2)} MB`,
  );
  return { value: booted + rest, baseline: kept };
}

/** MB of containers that `work` makes the page fetch. */
async function fetched(server: FaultServer, work: () => Promise<void>): Promise<number> {
  const before = server.sent(BLOBS);
  await work();
  return (server.sent(BLOBS) - before) / 1e6;
}

async function keep(page: Page, { manifest: { digest } }: CatalogEntry): Promise<void> {
  await page.evaluate((manifest) => window.portolan.keep(manifest), digest);
  while ((await listingOf(page, digest))?.local.name !== 'offline-ready') await page.waitForTimeout(200);
}

function boot(page: Page, { manifest: { digest } }: CatalogEntry): Promise<void> {
  return page.evaluate(async (manifest) => {
    const machine = await window.portolan.boot(manifest, { from: 'disk', keepOffline: false });
    await machine.ready;
    const { stdout } = await machine.exec(['cat', '/etc/motd']);
    if (stdout !== 'Version 2\n') throw new Error(`the guest has “${stdout}”`);
    await machine.remove();
  }, digest);
}

function inTurn(...changes: readonly Change[]): Change {
  return async (draft, shelf) => {
    let changed = draft;
    for (const change of changes) changed = await change(changed, shelf);
    return changed;
  };
}
