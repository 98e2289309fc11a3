import fc from 'fast-check';
import type { Listing, SourceCatalog } from '#domain/catalog/index.ts';
import { MEDIA_TYPES, type CatalogEntry } from '#domain/container/index.ts';
import { CATALOG, descriptor } from './documents.ts';

const [TINY] = CATALOG.entries;

/** An entry whose bytes are told apart by `content`. */
export function entryOf(id: string, version: string, content: string, about: Partial<CatalogEntry> = {}): CatalogEntry {
  if (!TINY) throw new Error('the sample catalog is empty');
  return { ...TINY, id, version, title: id, manifest: descriptor(MEDIA_TYPES.manifest, content), ...about };
}

export function listingOf(...entries: CatalogEntry[]): Listing {
  return { entries, foreign: [] };
}

export function sourceOf(url: string, listing: Listing, about: Partial<SourceCatalog> = {}): SourceCatalog {
  const health = { failures: 0, latency: undefined, retryAt: undefined };
  return { url, listing, priority: 0, health, readAt: 1000, stale: false, ...about };
}

const entries = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('base', 'web', 'tiny'),
      version: fc.constantFrom('1', '2', '10', '2.0-rc1'),
      content: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    })
    .map(({ id, version, content }) => entryOf(id, version, content)),
  { maxLength: 6, selector: ({ id, version }) => `${id} ${version}` },
);

/** Several sources that agree and disagree, at any health, some of them at the same priority. */
export const anySources: fc.Arbitrary<SourceCatalog[]> = fc.uniqueArray(
  fc.record({
    url: fc.webUrl(),
    listing: entries.map((list) => listingOf(...list)),
    priority: fc.nat(3),
    readAt: fc.nat(10_000),
    stale: fc.boolean(),
    health: fc.record({
      failures: fc.nat(3),
      latency: fc.option(fc.nat(500), { nil: undefined }),
      retryAt: fc.option(fc.nat(2000), { nil: undefined }),
    }),
  }),
  { maxLength: 5, selector: ({ url }) => url },
);
