import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Source } from '#ports/sources.ts';
import { CatalogHost } from '../support/catalog-host.ts';
import { failureOf } from '../support/failure.ts';
import { entryOf } from '../support/listings.ts';
import { SigningKey } from '../support/signing-key.ts';
import { directoryOf, type DirectoryBench } from './support/directories.ts';

const BASE = entryOf('base', '1', 'base');
const WEB = entryOf('web', '1', 'web');
const KEY = new SigningKey();
const STRANGER = new SigningKey();

let own: CatalogHost;
let host: CatalogHost;
let bench: DirectoryBench;

beforeEach(async () => {
  [own, host] = await Promise.all([CatalogHost.open(), CatalogHost.open(BASE)]);
  bench = directoryOf(own.url);
});
afterEach(() => Promise.all([own.close(), host.close()]));

/** The added source after everything was asked again. */
async function refreshed(): Promise<Source | undefined> {
  bench.clock.time += 60_000;
  await bench.directory.refresh();
  return (await bench.directory.list()).find(({ url }) => url === host.url);
}

async function ids(): Promise<string[]> {
  return (await bench.directory.catalog()).entries.map(({ entry }) => entry.id);
}

/** What a refused catalog leaves: the last good one, and why. */
async function expectRefused(detail: RegExp): Promise<void> {
  const source = await refreshed();
  expect(source).toMatchObject({
    stale: true,
    signature: { name: 'refused', error: { code: 'source/bad-signature', data: { url: host.url } } },
    health: { error: { code: 'source/bad-signature' } },
  });
  expect(source?.health.error?.data['detail']).toMatch(detail);
  expect(await ids()).toEqual(['base']);
}

describe('a signed catalog', () => {
  beforeEach(async () => {
    await host.publishSigned(KEY, [BASE]);
    await bench.directory.add(host.url);
  });

  it('says who signed it', async () => {
    const signature = { name: 'signed', keyId: KEY.id };
    expect(await bench.directory.list()).toMatchObject([{}, { signature }]);
    expect((await bench.directory.catalog()).entries).toMatchObject([{ signature }]);
    expect(await bench.directory.remote(host.url)).toMatchObject({ signature, entries: [BASE] });
  });

  it('is taken anew when the same key signed it', async () => {
    await host.publishSigned(KEY, [WEB]);
    expect(await refreshed()).toMatchObject({ stale: false, signature: { keyId: KEY.id } });
    expect(await ids()).toEqual(['web']);
  });

  it('is refused once another key signed it, wherever that is published', async () => {
    await host.publishSigned(STRANGER, [WEB]);
    await expectRefused(/signed with the key/);
    await host.publishSigned(KEY, [WEB]);
    expect(await refreshed()).toMatchObject({ stale: false, signature: { name: 'signed', keyId: KEY.id } });
    expect(await ids()).toEqual(['web']);
  });

  it('is refused once it is not signed', async () => {
    await host.publish(WEB);
    await host.withdraw('catalog.json.minisig');
    await expectRefused(/it has no signature/);
  });

  it('is refused when it was changed', async () => {
    await host.publish(WEB);
    await expectRefused(/does not fit/);
  });

  it('is refused also where nothing but the signature changed, when someone asks', async () => {
    await host.withdraw('catalog.json.minisig');
    await expectRefused(/it has no signature/);
  });

  it('stays as it was while its signature cannot be had', async () => {
    await host.publishSigned(KEY, [WEB]);
    host.server.inject({ path: /minisig$/, fault: { kind: 'status', status: 500 } });
    expect(await refreshed()).toMatchObject({
      stale: true,
      signature: { name: 'signed', keyId: KEY.id },
      health: { error: { code: 'source/server-error' } },
    });
    expect(await ids()).toEqual(['base']);
  });

  it('is trusted anew when the source is removed and added', async () => {
    await host.publishSigned(STRANGER, [WEB]);
    await bench.directory.remove(host.url);
    await bench.directory.add(host.url);
    expect(await refreshed()).toMatchObject({ signature: { name: 'signed', keyId: STRANGER.id } });
  });
});

describe('a key that the user gives', () => {
  it('pins a catalog from the first', async () => {
    await host.publishSigned(STRANGER, [BASE]);
    const adding = bench.directory.add(host.url, { key: KEY.publicKey });
    expect(await failureOf(adding)).toMatchObject({ code: 'source/bad-signature' });
    expect(await bench.directory.list()).toHaveLength(1);
    await host.publishSigned(KEY, [BASE], true);
    const line = KEY.publicKey.split('\n')[1] ?? '';
    expect(await bench.directory.add(host.url, { key: line })).toMatchObject({ signature: { keyId: KEY.id } });
  });

  it('later makes an unsigned catalog a refused one', async () => {
    await bench.directory.add(host.url);
    await bench.directory.update(host.url, { key: KEY.publicKey });
    await bench.directory.idle();
    await expectRefused(/it has no signature/);
  });

  it('counts also where a catalog is on its way at that moment', async () => {
    await bench.directory.add(host.url);
    await host.publishSigned(STRANGER, [WEB]);
    host.server.throttle({ roundTrip: 100, bytesPerSecond: 1e9 });
    const reading = bench.directory.refresh(host.url);
    await bench.directory.update(host.url, { key: KEY.publicKey });
    await reading;
    await expectRefused(/signed with the key/);
  });
});

describe('a catalog that nobody signed', () => {
  it('is taken', async () => {
    expect(await bench.directory.add(host.url)).toMatchObject({ signature: { name: 'unsigned' } });
  });

  it('is so too where a server answers with a page, refuses, or has no key', async () => {
    await host.write('catalog.json.minisig', '<!doctype html>');
    expect(await bench.directory.add(host.url)).toMatchObject({ signature: { name: 'unsigned' } });
    host.server.inject({ path: /minisig$/, fault: { kind: 'status', status: 403 } });
    expect(await refreshed()).toMatchObject({ stale: false, signature: { name: 'unsigned' } });
    host.server.heal();
    await host.publishSigned(KEY, [BASE], true);
    expect(await refreshed()).toMatchObject({ stale: false, signature: { name: 'unsigned' } });
  });

  it('is pinned from the first signature on', async () => {
    await bench.directory.add(host.url);
    await host.publishSigned(KEY, [BASE]);
    expect(await refreshed()).toMatchObject({ signature: { name: 'signed', keyId: KEY.id } });
    await host.publishSigned(STRANGER, [WEB]);
    await expectRefused(/signed with the key/);
  });
});

describe('this server’s own catalog', () => {
  it('may change its key, as it may change this app', async () => {
    await own.publishSigned(KEY, [BASE]);
    await bench.directory.refresh();
    await own.publishSigned(STRANGER, [WEB]);
    await refreshed();
    expect(await bench.directory.list()).toMatchObject([{ signature: { name: 'signed', keyId: STRANGER.id } }]);
    expect(await ids()).toEqual(['web']);
  });
});
