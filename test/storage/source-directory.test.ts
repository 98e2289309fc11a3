import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { MemorySourceStore } from '#storage/sources/memory-source-store.ts';
import { newRow } from '#storage/sources/source-row.ts';
import { CatalogHost } from '../support/catalog-host.ts';
import { failureOf } from '../support/failure.ts';
import { entryOf } from '../support/listings.ts';
import { directoryOf, type DirectoryBench } from './support/directories.ts';

const BASE = entryOf('base', '1', 'base');
const WEB = entryOf('web', '1', 'web');
const DB = entryOf('db', '1', 'db');
const MINUTE = 60_000;

let own: CatalogHost;
let other: CatalogHost;
let bench: DirectoryBench;

beforeEach(async () => {
  [own, other] = await Promise.all([CatalogHost.open(BASE), CatalogHost.open(WEB)]);
  bench = directoryOf(own.url);
});
afterEach(() => Promise.all([own.close(), other.close()]));

async function ids({ directory }: DirectoryBench): Promise<string[]> {
  return (await directory.catalog()).entries.map(({ entry }) => entry.id);
}

describe('this server’s own catalog', () => {
  it('is there by default and stays', async () => {
    expect(await ids(bench)).toEqual(['base']);
    expect(await bench.directory.list()).toMatchObject([
      { url: own.url, name: 'This server', priority: 0, enabled: true, embedded: true, entries: 1, stale: false },
    ]);
    expect(await failureOf(bench.directory.remove(own.url))).toEqual({ code: 'source/embedded', data: {} });
  });

  it('can be disabled and enabled', async () => {
    await ids(bench);
    await bench.directory.update(own.url, { enabled: false });
    expect(await ids(bench)).toEqual([]);
    await bench.directory.update(own.url, { enabled: true });
    expect(await ids(bench)).toEqual(['base']);
  });

  it('is there without the server, and without its text being asked for again', async () => {
    const store = new MemorySourceStore();
    await ids(directoryOf(own.url, store));
    await own.server.stop();
    const next = directoryOf(own.url, store);
    expect(await ids(next)).toEqual(['base']);
    expect((await next.directory.embedded())?.text).toContain('"base"');
  });
});

describe('adding a source', () => {
  it('reads it first, and puts it last', async () => {
    const source = await bench.directory.add(other.url);
    expect(source).toMatchObject({
      url: other.url,
      name: new URL(other.url).host,
      priority: 1,
      embedded: false,
      entries: 1,
      readAt: bench.clock.time,
      signature: { name: 'unsigned' },
    });
    await bench.directory.refresh();
    expect(await ids(bench)).toEqual(['base', 'web']);
  });

  it('finds it from a folder, from a page, and from an older server’s root', async () => {
    expect((await bench.directory.add(other.server.url)).url).toBe(other.url);
    const page = await CatalogHost.open();
    await page.withdraw('catalog.json');
    await page.write('catalog/catalog.json', JSON.stringify({ schemaVersion: 1, entries: [DB] }));
    expect((await bench.directory.add(`${page.server.url}index.html#/boot/x`)).url).toBe(
      `${page.server.url}catalog/catalog.json`,
    );
    await page.withdraw('catalog/catalog.json');
    const picture = { id: 'p', name: 'P', path: '/p.rts.png', size: 1 };
    await page.write('api/v1/catalog', JSON.stringify({ entries: [picture], grid_dimensions: {} }));
    await bench.directory.add(page.server.url, {});
    const older = directoryOf(own.url);
    expect((await older.directory.add(page.server.url)).url).toBe(`${page.server.url}api/v1/catalog`);
    expect((await older.directory.catalog()).foreign).toMatchObject([
      { entry: { format: 'rts.png', title: 'P', url: `${page.server.url}p.rts.png` } },
    ]);
    await page.close();
  });

  it('that is there already only changes it', async () => {
    await bench.directory.add(other.url);
    const asked = other.server.requests.length;
    expect(await bench.directory.add(other.server.url, { name: ' Mine\u202E ' })).toMatchObject({ name: 'Mine' });
    expect(await bench.directory.list()).toHaveLength(2);
    expect(other.server.requests).toHaveLength(asked);
  });

  it.each([
    ['that is not there', { kind: 'status', status: 404 }, 'source/not-found'],
    ['that refuses', { kind: 'status', status: 403 }, 'source/access-denied'],
    ['that fails', { kind: 'status', status: 500 }, 'source/server-error'],
    ['that is sent around in circles', { kind: 'redirect-loop' }, 'source/redirected-endlessly'],
  ] as const)('%s adds nothing', async (_, fault, code) => {
    other.server.inject({ fault });
    expect(await failureOf(bench.directory.add(other.url))).toMatchObject({ code });
    expect(await bench.directory.list()).toHaveLength(1);
  });

  it.each([
    ['no JSON', '<!doctype html>', 'it is not JSON'],
    ['too much', ' '.repeat(9 * 1024 * 1024), 'it is longer than 8388608 bytes'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]) as unknown as string, 'it is not UTF-8'],
  ])('of %s adds nothing', async (_, text, detail) => {
    await other.write('catalog.json', text);
    expect(await failureOf(bench.directory.add(other.url))).toMatchObject({ code: 'format/invalid', data: { detail } });
    expect(await bench.directory.list()).toHaveLength(1);
  });

  it('at an address of another scheme adds nothing', async () => {
    expect(await failureOf(bench.directory.add('file:///etc/passwd'))).toMatchObject({ code: 'source/bad-address' });
  });

  it('with a key that is none adds nothing', async () => {
    expect(await failureOf(bench.directory.add(other.url, { key: 'xyz' }))).toMatchObject({ code: 'format/invalid' });
    expect(other.server.requests).toEqual([]);
  });

  it('that is given up hangs up', async () => {
    other.server.inject({ fault: { kind: 'stalled' } });
    const caller = new AbortController();
    const adding = bench.directory.add(other.url, {}, { signal: caller.signal });
    await vi.waitUntil(() => other.server.requests.length > 0);
    caller.abort(new Error('enough'));
    await expect(adding).rejects.toThrow('enough');
  });
});

describe('the user’s order', () => {
  it('is that of the list; others close up', async () => {
    const third = await CatalogHost.open(DB);
    await bench.directory.add(other.url);
    await bench.directory.add(third.url, { priority: 0 });
    await bench.directory.update(own.url, { priority: 2 });
    const list = await bench.directory.list();
    expect(list.map(({ url, priority }) => [url, priority])).toEqual([
      [third.url, 0],
      [other.url, 1],
      [own.url, 2],
    ]);
    await third.close();
  });

  it('decides whose words count, and who is asked first', async () => {
    await other.publish({ ...BASE, title: 'Theirs' });
    await bench.directory.add(other.url);
    await bench.directory.refresh();
    expect((await bench.directory.catalog()).entries).toMatchObject([
      { entry: { title: 'base' }, mirrors: [own.url, other.url], conflicts: [] },
    ]);
    await bench.directory.update(other.url, { priority: 0 });
    expect((await bench.directory.catalog()).entries).toMatchObject([
      { entry: { title: 'Theirs' }, mirrors: [other.url, own.url] },
    ]);
  });

  it('of a source that is not there cannot be changed', async () => {
    const unknown = { code: 'source/unknown', data: { url: other.url } };
    expect(await failureOf(bench.directory.update(other.url, { priority: 0 }))).toEqual(unknown);
    expect(await failureOf(bench.directory.remove(other.url))).toEqual(unknown);
    expect(await failureOf(bench.directory.refresh(other.url))).toEqual(unknown);
  });
});

describe('reading the catalogs', () => {
  it('shows what is here at once, and what is newer the next time', async () => {
    await ids(bench);
    await own.publish(BASE, DB);
    bench.clock.time += MINUTE;
    bench.news.length = 0;
    expect(await ids(bench)).toEqual(['base']);
    await bench.directory.idle();
    expect(bench.news).toEqual([{ type: 'CATALOG_CHANGED', url: own.url }, { type: 'SOURCES_CHANGED' }]);
    expect(await ids(bench)).toEqual(['base', 'db']);
  });

  it('tells nobody where nothing is new, and asks once in a moment', async () => {
    await ids(bench);
    const asked = own.server.requests.length;
    await ids(bench);
    expect(own.server.requests).toHaveLength(asked);
    bench.clock.time += MINUTE;
    bench.news.length = 0;
    await ids(bench);
    await bench.directory.idle();
    // The catalog alone: who signed it is known.
    expect(own.server.requests).toHaveLength(asked + 1);
    expect(bench.news).toEqual([]);
  });

  it('does not wait for a server that says nothing', async () => {
    await bench.directory.add(other.url);
    await bench.directory.refresh();
    other.server.inject({ fault: { kind: 'stalled' } });
    bench.clock.time += MINUTE;
    expect(await ids(bench)).toEqual(['base', 'web']);
  });

  it('waits for the first answer alone where there is nothing yet', async () => {
    const store = new MemorySourceStore();
    await store.change(() => [newRow(own.url), newRow(other.url)]);
    own.server.inject({ fault: { kind: 'stalled' } });
    expect(await ids(directoryOf(own.url, store))).toEqual(['web']);
  });

  it('asks a server once, however many wait', async () => {
    own.server.inject({ fault: { kind: 'stalled', after: 5 }, times: 1 });
    const waiting = Array.from({ length: 5 }, () =>
      bench.directory.refresh(own.url, { signal: AbortSignal.timeout(300) }),
    );
    await Promise.allSettled(waiting);
    expect(own.server.requestsFor(/catalog\.json$/)).toHaveLength(1);
  });

  it('fails with what the first said where there is nothing and nobody answers', async () => {
    await own.server.stop();
    expect(await failureOf(bench.directory.catalog())).toMatchObject({ code: 'source/unreachable' });
    // Somebody who asks again is not sent away by back-off.
    await own.server.start();
    expect(await ids(bench)).toEqual(['base']);
  });

  it('keeps a good catalog from a network’s login page', async () => {
    await ids(bench);
    await own.write('catalog.json', '<!doctype html><title>Welcome</title>');
    bench.clock.time += MINUTE;
    await bench.directory.refresh();
    expect(await ids(bench)).toEqual(['base']);
    const [source] = await bench.directory.list();
    expect(source).toMatchObject({ stale: true, health: { failures: 1, error: { code: 'format/invalid' } } });
  });
});

describe('a source that fails', () => {
  it('keeps its entries, marked with their age', async () => {
    await bench.directory.add(other.url);
    await bench.directory.refresh();
    const readAt = bench.clock.time;
    await other.server.stop();
    bench.clock.time += MINUTE;
    bench.news.length = 0;
    await bench.directory.refresh();
    expect(bench.news).toEqual([{ type: 'CATALOG_CHANGED', url: other.url }, { type: 'SOURCES_CHANGED' }]);
    expect((await bench.directory.catalog()).entries).toMatchObject([
      { entry: { id: 'base' }, staleSince: undefined },
      { entry: { id: 'web' }, staleSince: readAt },
    ]);
    expect((await bench.directory.list())[1]).toMatchObject({ stale: true, readAt, health: { failures: 1 } });
    await other.server.start();
    await bench.directory.refresh();
    expect((await bench.directory.list())[1]).toMatchObject({
      stale: false,
      health: { failures: 0, error: undefined, retryAt: undefined },
    });
  });

  it('is left alone longer with each failure, until someone asks for it', async () => {
    await ids(bench);
    own.server.inject({ fault: { kind: 'status', status: 500 } });
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      await bench.directory.refresh(own.url);
      const [source] = await bench.directory.list();
      waits.push((source?.health.retryAt ?? 0) - bench.clock.time);
      bench.clock.time += MINUTE;
    }
    expect(waits).toEqual([2500, 5000, 10_000, 20_000]);
    const asked = own.server.requests.length;
    bench.clock.time -= MINUTE;
    await bench.directory.check();
    expect(own.server.requests).toHaveLength(asked);
    bench.clock.time += MINUTE;
    await bench.directory.check();
    expect(own.server.requests.length).toBeGreaterThan(asked);
  });

  it('is left alone as long as it wants', async () => {
    await ids(bench);
    own.server.inject({ fault: { kind: 'status', status: 429, retryAfter: '3600' } });
    await bench.directory.refresh();
    const [source] = await bench.directory.list();
    expect(source?.health).toMatchObject({
      error: { code: 'source/too-many-requests', data: { seconds: 3600 } },
      retryAt: bench.clock.time + 3_600_000,
    });
  });

  it('is not announced again with each failure', async () => {
    await ids(bench);
    await own.server.stop();
    await bench.directory.refresh();
    bench.news.length = 0;
    await bench.directory.refresh();
    expect(bench.news).toEqual([]);
  });
});

describe('mirrors', () => {
  beforeEach(async () => {
    await other.publish(BASE);
    await bench.directory.add(other.url);
    await bench.directory.refresh();
  });

  const mirrors = async (): Promise<string[]> =>
    (await bench.directory.mirrorsOf(BASE.manifest.digest)).map(({ catalogUrl }) => catalogUrl);

  it('are the sources that list the bytes, in the user’s order', async () => {
    expect(await mirrors()).toEqual([own.url, other.url]);
    expect(await bench.directory.mirrorsOf(WEB.manifest.digest)).toEqual([]);
  });

  it('that failed come after those that did not, until they have rested', async () => {
    const error = new AppError('source/stalled', { url: own.url, seconds: 15 }).toRecord();
    bench.news.length = 0;
    bench.directory.report({ catalogUrl: own.url }, { ok: false, error });
    await vi.waitFor(async () => expect(await mirrors()).toEqual([other.url, own.url]));
    // How its catalog was read is another matter.
    expect((await bench.directory.list())[0]).toMatchObject({ stale: false, health: { failures: 1, error } });
    bench.directory.report({ catalogUrl: own.url }, { ok: true, milliseconds: 12.4 });
    await vi.waitFor(async () => expect(await mirrors()).toEqual([own.url, other.url]));
    expect((await bench.directory.list())[0]).toMatchObject({ health: { failures: 0, latency: 12, error: undefined } });
    bench.directory.report({ catalogUrl: own.url }, { ok: true, milliseconds: 1 });
    await sleep(0);
    expect(bench.news).toEqual([{ type: 'SOURCES_CHANGED' }, { type: 'SOURCES_CHANGED' }]);
  });

  it('that are no sources are not written down', async () => {
    bench.directory.report({ catalogUrl: 'https://elsewhere.example/catalog.json' }, { ok: true, milliseconds: 1 });
    await sleep(0);
    expect(await bench.directory.list()).toHaveLength(2);
  });

  it('of disabled sources are not asked', async () => {
    await bench.directory.update(own.url, { enabled: false });
    bench.clock.time += MINUTE;
    expect(await mirrors()).toEqual([other.url]);
  });
});

describe('a device without room', () => {
  class FullSourceStore extends MemorySourceStore {
    full = false;

    override change(...call: Parameters<MemorySourceStore['change']>): ReturnType<MemorySourceStore['change']> {
      if (this.full) return Promise.reject(new AppError('storage/full', { what: 'the sources' }));
      return super.change(...call);
    }
  }

  it('still shows what there is', async () => {
    const store = new FullSourceStore();
    const full = directoryOf(own.url, store);
    store.full = true;
    expect(await ids(full)).toEqual(['base']);
    expect(await full.directory.list()).toMatchObject([{ entries: 1, stale: false }]);
    await own.publish(DB);
    full.clock.time += MINUTE;
    await full.directory.refresh();
    expect(await ids(full)).toEqual(['db']);
    store.full = false;
    await full.directory.refresh();
    expect(await ids(directoryOf(own.url, store))).toEqual(['db']);
  });

  it('says so to someone who adds a source', async () => {
    const store = new FullSourceStore();
    const full = directoryOf(own.url, store);
    store.full = true;
    expect(await failureOf(full.directory.add(other.url))).toMatchObject({ code: 'storage/full' });
  });
});
