import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogCandidates, checkCatalogUrl, MAX_CATALOG_BYTES, readListing } from '#domain/catalog/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { CATALOG, descriptor } from '../support/documents.ts';
import { failureOf } from '../support/failure.ts';
import { entryOf } from '../support/listings.ts';

const URL_ = 'https://host.example/some/catalog.json';
const WHAT = `The catalog ${URL_}`;
const read = (document: unknown) => readListing(JSON.stringify(document), URL_);
const withEntries = (...entries: readonly unknown[]) => ({ schemaVersion: 1, entries });
const changed = (about: Record<string, unknown>) => withEntries({ ...CATALOG.entries[0], ...about });

async function refusal(document: unknown): Promise<unknown> {
  const { code, data } = await failureOf(() => read(document));
  expect(code).toBe('format/invalid');
  expect(data['what']).toBe(WHAT);
  return data['detail'];
}

describe('a catalog of anyone', () => {
  it('is read', () => {
    expect(read(CATALOG)).toEqual({ entries: CATALOG.entries, foreign: [] });
  });

  it('has its words cleaned, and markup stays text', () => {
    const { entries } = read(changed({ title: '<img src=x>\u202E\u0000\n!', tags: ['a\u200Bb'] }));
    expect(entries[0]).toMatchObject({ title: '<img src=x> !', tags: ['ab'] });
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 7, /Expected Object/],
    ['null', null, /Expected Object/],
    ['another version', { schemaVersion: 2, entries: [] }, /^schemaVersion/],
    ['entries that are no list', { schemaVersion: 1, entries: {} }, /^entries/],
    ['a title of a wrong type', changed({ title: 7 }), /^entries\.0\.title/],
    ['a title of which nothing can be seen', changed({ title: '\u200B\u202E ' }), /^entries\.0\.title/],
    ['a size beyond what numbers count', changed({ size: 2 ** 60 }), /^entries\.0\.size/],
    ['a manifest that is a path', changed({ manifest: '../../x' }), /^entries\.0\.manifest/],
    [
      'a thumbnail that could run scripts',
      changed({ thumbnail: descriptor('image/svg+xml', 'x') }),
      /^entries\.0\.thumbnail: not of the type image\/png/,
    ],
    ['one name for two', withEntries(entryOf('base', '1', 'a'), entryOf('base', '1', 'b')), /lists base 1 twice/],
    ['one entry two times', withEntries(entryOf('base', '1', 'a'), entryOf('base', '1', 'a')), /lists base 1 twice/],
    ['10,001 entries', withEntries(...Array.from({ length: 10_001 }, () => 0)), /^entries: Invalid length/],
  ])('with %s is refused as a whole', async (_, document, detail) => {
    expect(await refusal(document)).toMatch(detail);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('with a key %s at any depth is refused', async (key) => {
    const hostile = JSON.stringify(CATALOG).replace('"mediaType"', `"x":[{"${key}":{"polluted":true}}],"mediaType"`);
    const { data } = await failureOf(() => readListing(hostile, URL_));
    expect(data).toEqual({ what: WHAT, detail: `it has a key named ${key}` });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('may list several versions of an id', () => {
    expect(read(withEntries(entryOf('base', '1', 'a'), entryOf('base', '2', 'b'))).entries).toHaveLength(2);
  });

  it('with a million entries is refused for their number, before one of them is looked at', async () => {
    const text = `{"schemaVersion":1,"entries":[${'{},'.repeat(999_999)}{}]}`;
    expect(await failureOf(() => readListing(text, URL_))).toEqual({
      code: 'format/invalid',
      data: { what: WHAT, detail: 'entries: Invalid length: Expected <=10000 but received 1000000' },
    });
  });

  it('that is too long is not even parsed', async () => {
    const detail = `it is longer than ${MAX_CATALOG_BYTES} bytes`;
    const text = ' '.repeat(MAX_CATALOG_BYTES + 1);
    expect(await failureOf(() => readListing(text, URL_))).toEqual({
      code: 'format/invalid',
      data: { what: WHAT, detail },
    });
  });

  it('that is deep is read or refused, and nothing overflows', async () => {
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    const text = JSON.stringify(CATALOG).replace('{', `{"x":${deep},`);
    try {
      expect(readListing(text, URL_).entries).toHaveLength(1);
    } catch (error) {
      expect(error).toMatchObject({ code: 'format/invalid' });
    }
  });

  it('made of anything is read or refused with a code', () => {
    const document = fc.oneof(
      fc.json(),
      fc.string(),
      fc.anything().map((value) => JSON.stringify({ schemaVersion: 1, entries: [value] }) ?? ''),
      fc.anything().map((value) => JSON.stringify({ grid_dimensions: {}, entries: [value] }) ?? ''),
    );
    fc.assert(
      fc.property(document, (text) => {
        try {
          readListing(text, URL_);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'format/invalid', data: { what: WHAT } });
        }
      }),
    );
  });
});

describe('the catalog of an older server', () => {
  const url = 'http://127.0.0.1:8000/api/v1/catalog';
  const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const entry = {
    id: 'A/B=',
    name: 'Alpine\u0000',
    path: '/files/alpine.rts.png',
    size: 12_345,
    kernel_version: '6.1',
    distro: 'alpine',
    architecture: null,
    visual_description: 'Blue and dense',
    detected_objects: ['x'],
    thumbnail: PNG,
    position: { x: 0, y: 1 },
  };
  const older = (about: Record<string, unknown> = {}) =>
    readListing(JSON.stringify({ entries: [{ ...entry, ...about }], grid_dimensions: { width: 1, height: 1 } }), url);

  it('is listed as what cannot be booted yet', () => {
    expect(older()).toEqual({
      entries: [],
      foreign: [
        {
          format: 'rts.png',
          id: 'A/B=',
          title: 'Alpine',
          summary: 'Blue and dense',
          tags: ['alpine', '6.1'],
          size: 12_345,
          url: 'http://127.0.0.1:8000/files/alpine.rts.png',
          thumbnailUrl: `data:image/png;base64,${PNG}`,
        },
      ],
    });
  });

  it.each([
    ['another scheme', { path: 'javascript:alert(1)' }, /^entries\.0\.path/],
    ['a file of the visitor', { path: 'file:///etc/passwd' }, /^entries\.0\.path/],
    ['a password', { path: 'https://me:secret@host.example/x' }, /^entries\.0\.path/],
    ['a thumbnail that is no PNG', { thumbnail: 'PHN2Zz4=' }, /^entries\.0\.thumbnail/],
    ['a thumbnail that leaves its quotes', { thumbnail: `${PNG}" onerror="x` }, /^entries\.0\.thumbnail/],
    ['a size in words', { size: 'big' }, /^entries\.0\.size/],
  ])('with %s is refused', async (_, about, detail) => {
    const { code, data } = await failureOf(() => older(about));
    expect(code).toBe('format/invalid');
    expect(data['detail']).toMatch(detail);
  });

  it('may have no picture and no remarks', () => {
    const { foreign } = older({ thumbnail: '', visual_description: null, distro: undefined, kernel_version: '' });
    expect(foreign[0]).toMatchObject({ summary: '', tags: [], thumbnailUrl: undefined });
  });
});

describe('the address of a catalog', () => {
  it.each([
    [' HTTPS://Host.Example/a/catalog.json#x ', 'https://host.example/a/catalog.json'],
    ['http://host.example/catalog.json?key=1#', 'http://host.example/catalog.json?key=1'],
    ['http://host.example', 'http://host.example/'],
  ])('“%s” is kept as %s', (text, url) => {
    expect(checkCatalogUrl(text)).toBe(url);
  });

  it.each([
    '',
    'catalog.json',
    '//host.example/',
    'ftp://host.example/',
    'javascript:alert(1)',
    'data:application/json,{}',
    'file:///etc/passwd',
    'blob:https://host.example/1',
    'https://me:secret@host.example/',
    'https://me@host.example/',
    `https://host.example/${'x'.repeat(2001)}`,
  ])('“%s” is none', async (text) => {
    expect(await failureOf(() => checkCatalogUrl(text))).toMatchObject({ code: 'source/bad-address' });
  });

  it.each([
    ['https://h.example/a/catalog.json?k', ['https://h.example/a/catalog.json?k']],
    ['https://h.example/list.json', ['https://h.example/list.json']],
    ['http://h.example:8000/api/v1/catalog', ['http://h.example:8000/api/v1/catalog']],
    ...[
      'https://h.example/a',
      'https://h.example/a/',
      'https://h.example/a/index.html#/boot/x',
      'https://h.example/a?q',
    ].map((text): [string, string[]] => [
      text,
      [
        'https://h.example/a/catalog.json',
        'https://h.example/a/catalog/catalog.json',
        'https://h.example/a/api/v1/catalog',
      ],
    ]),
  ] as [string, string[]][])('%s may mean %j', (text, urls) => {
    expect(catalogCandidates(text)).toEqual(urls);
  });
});
