import { afterEach, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { parseJson, CatalogEntrySchema, type CatalogEntry } from '#domain/container/index.ts';
import { IndexedSourceStore } from '#storage/sources/indexed-source-store.ts';
import { failureOf } from '../support/failure.ts';
import { deleteDatabases, freshDatabase } from './support/databases.ts';
import { directoryOf, type DirectoryBench } from './support/directories.ts';

const OWN = 'http://nobody.invalid/catalog.json';

afterEach(async () => {
  await deleteDatabases();
  await commands.closeCatalogHosts();
});

function entry(id: string): CatalogEntry {
  const manifest = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'0'.repeat(64)}`,
    size: 1,
  };
  const about = { id, kind: 'container', title: id, summary: '', version: '1', tags: [], size: 1, manifest };
  return parseJson(CatalogEntrySchema, JSON.stringify(about), 'The entry');
}

async function bench(): Promise<DirectoryBench> {
  return directoryOf(OWN, new IndexedSourceStore(await freshDatabase()));
}

async function catalogRequests(url: string) {
  return (await commands.requestsAt(url)).filter(({ path }) => path === '/catalog.json');
}

it('another origin’s catalog is asked for with its ETag, without a preflight, and 304 is understood', async () => {
  const url = await commands.openCatalogHost([entry('base')]);
  const { directory } = await bench();
  await directory.add(url);
  await directory.refresh(url);
  const [first, second, ...others] = await catalogRequests(url);
  expect(first).toMatchObject({ method: 'GET', status: 200 });
  expect(first?.ifNoneMatch).toBeUndefined();
  expect(second).toMatchObject({ method: 'GET', status: 304, sent: 0 });
  expect(second?.ifNoneMatch).toMatch(/^(?:W\/)?"/);
  expect(others).toEqual([]);
  expect((await directory.list())[1]).toMatchObject({ stale: false, entries: 1, health: { failures: 0 } });
  await commands.publishCatalog(
    url,
    [entry('base'), entry('web')].map((each, i) => ({ ...each, title: `T${i}` })),
  );
  await directory.refresh(url);
  expect((await catalogRequests(url)).at(-1)).toMatchObject({ status: 200 });
  expect((await directory.list())[1]).toMatchObject({ entries: 2 });
});

it('what was read is there for the next thread, without a server', async () => {
  const url = await commands.openCatalogHost([entry('base')]);
  const store = new IndexedSourceStore(await freshDatabase());
  await directoryOf(OWN, store).directory.add(url);
  await commands.closeCatalogHosts();
  const { directory, clock } = directoryOf(OWN, store);
  clock.time += 60_000;
  expect((await directory.catalog()).entries).toMatchObject([{ entry: { id: 'base' }, mirrors: [url] }]);
  await directory.idle();
  expect((await directory.catalog()).entries).toMatchObject([{ staleSince: expect.any(Number) }]);
});

it('a server that allows no other origins is told from one that is not there', async () => {
  const url = await commands.openCatalogHost([entry('base')]);
  const { directory } = await bench();
  await commands.failWith(url, { fault: { kind: 'no-cors' } });
  expect(await failureOf(directory.add(url))).toMatchObject({ code: 'source/blocked', data: { url } });
  await commands.closeCatalogHosts();
  expect(await failureOf(directory.add(url))).toMatchObject({ code: 'source/unreachable', data: { url } });
});

it('a server that sends around in circles is told from both', async () => {
  const url = await commands.openCatalogHost([entry('base')]);
  const { directory } = await bench();
  await commands.failWith(url, { fault: { kind: 'redirect-loop' } });
  expect(await failureOf(directory.add(url))).toMatchObject({ code: 'source/redirected-endlessly', data: { url } });
});
