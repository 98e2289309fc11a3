import { describe, expect, it } from 'vitest';
import type { MergedForeign } from '#domain/catalog/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import { source } from './fake-sources.ts';
import { digest } from './digest.ts';
import { listing, settle } from './fakes.ts';
import { openApp } from './open-app.ts';

const OWN = source({ url: 'https://own.example/catalog.json', name: 'This server' });
const HARBOUR = source({ url: 'https://harbour.example/catalog.json', name: 'Harbour', priority: 1 });

/** A listing with bytes of its own. */
function shown(digit: string, entry: Partial<ContainerListing['entry']>, more: Partial<ContainerListing> = {}) {
  const manifest = { ...listing({}).entry.manifest, digest: digest(digit) };
  return listing({ id: `c${digit}`, ...entry, manifest }, more.local, { mirrors: [OWN.url], ...more });
}

async function open(listings: readonly ContainerListing[], sources = [OWN], older: readonly MergedForeign[] = []) {
  const parts = openApp(({ portolan }) => {
    portolan.listings = listings;
    portolan.sources.all = sources;
    portolan.older = older;
  });
  await settle();
  const titles = () => parts.app.filter.matching.value.map(({ listings: [first] }) => first.entry.title);
  return { ...parts, filter: parts.app.filter, catalog: parts.app.catalog, titles };
}

const CAFE = shown('1', { title: 'Café', summary: 'Serves web apps', tags: ['nginx'] });
const LAB = shown('2', { title: 'Lab', version: '3.12' }, { local: { name: 'offline-ready' } });
const NGINX = shown('3', { title: 'nginx' }, { mirrors: [HARBOUR.url] });
const RUNTIME = shown('4', { title: 'Node.js', kind: 'runtime' });

describe('the shelf’s toolbar', () => {
  it('is there only where there is something to choose from', async () => {
    expect((await open([CAFE, LAB])).filter.useful.value).toBe(false);
    expect((await open([CAFE, LAB], [OWN, HARBOUR])).filter.useful.value).toBe(true);
    expect((await open([CAFE, LAB], [OWN, { ...HARBOUR, enabled: false }])).filter.useful.value).toBe(false);
    expect((await open('1234567'.split('').map((digit) => shown(digit, {})))).filter.useful.value).toBe(true);
  });

  it('has its place from the start where it had one last time', async () => {
    const { environment } = await open([CAFE, LAB], [OWN, HARBOUR]);
    const again = openApp((parts) => {
      parts.portolan.silent = true;
      parts.environment.stored.set('portolan.shelf-toolbar', environment.stored.get('portolan.shelf-toolbar') ?? '');
    });
    expect(again.app.filter.useful.value).toBe(true);
  });
});

describe('looking for a container', () => {
  it.each([
    ['', ['Café', 'Lab', 'nginx']],
    ['cafe', ['Café']],
    ['NGINX', ['Café', 'nginx']],
    ['web nginx', ['Café']],
    ['nowhere', []],
  ])('finds by %j: %j', async (query, found) => {
    const { filter, titles } = await open([CAFE, LAB, NGINX], [OWN, HARBOUR]);
    filter.query.value = query;
    expect(titles()).toEqual(found);
  });

  it('leaves out what does not boot: runtimes are chosen where machines take them on', async () => {
    const { app, titles } = await open([CAFE, RUNTIME]);
    expect(titles()).toEqual(['Café']);
    expect(app.catalog.runtimes.value.map(({ entry }) => entry.title)).toEqual(['Node.js']);
  });

  it('draws a page of what fits, and more when asked', async () => {
    const many = Array.from({ length: 60 }, (_, index) => shown(`1${index}`, {}));
    const { filter } = await open(many);
    expect(filter.shown.value).toHaveLength(48);
    filter.showMore();
    expect(filter.shown.value).toHaveLength(60);
  });

  it('narrows by source and to what works offline, and shows all again', async () => {
    const { filter, titles } = await open([CAFE, LAB, NGINX], [OWN, HARBOUR]);
    filter.source.value = HARBOUR.url;
    expect(titles()).toEqual(['nginx']);
    filter.source.value = '';
    filter.offlineOnly.value = true;
    expect(titles()).toEqual(['Lab']);
    expect(filter.active.value).toBe(true);
    filter.clear();
    expect([titles().length, filter.active.value]).toEqual([3, false]);
  });
});

describe('what older servers list', () => {
  const entry = {
    format: 'rts.png',
    id: '1',
    title: 'Old harbour',
    summary: '',
    tags: ['Debian 10'],
    size: 9,
  } as const;
  const older = { entry: { ...entry, url: 'https://old.example/1.png', thumbnailUrl: undefined }, source: HARBOUR.url };

  it('is shown beside the containers, and found as they are', async () => {
    const { filter } = await open([CAFE], [OWN, HARBOUR], [{ ...older, staleSince: undefined }]);
    const titles = () => filter.foreign.value.map((each) => each.entry.title);
    expect(titles()).toEqual(['Old harbour']);
    filter.query.value = 'debian';
    filter.source.value = HARBOUR.url;
    expect(titles()).toEqual(['Old harbour']);
    filter.source.value = OWN.url;
    expect(titles()).toEqual([]);
    filter.clear();
    filter.offlineOnly.value = true;
    expect(titles()).toEqual([]);
  });
});

describe('sources that contradict each other', () => {
  const ours = shown('a', { id: 'tools', title: 'Tools' }, { conflicts: [digest('b')] });
  const theirs = shown('b', { id: 'tools', title: 'Tools' }, { conflicts: [digest('a')], mirrors: [HARBOUR.url] });

  it('share one card, and nothing is chosen for the user', async () => {
    const { catalog } = await open([ours, CAFE, theirs]);
    expect(catalog.entries.value.map(({ listings }) => listings)).toEqual([[ours, theirs], [CAFE]]);
    const [entry] = catalog.entries.value;
    if (entry === undefined) throw new Error('nothing on the shelf');
    expect(catalog.chosen(entry)).toBeUndefined();
    catalog.choose(entry, digest('b'));
    expect(catalog.chosen(entry)).toBe(theirs);
  });

  it('are found by what either of them says', async () => {
    const { filter, titles } = await open([ours, theirs], [OWN, HARBOUR]);
    filter.source.value = HARBOUR.url;
    expect(titles()).toEqual(['Tools']);
  });
});
