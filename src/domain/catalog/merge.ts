import type { CatalogEntry, Digest } from '../container/index.ts';
import type { ForeignEntry } from './foreign.ts';
import type { Listing } from './listing.ts';
import { orderMirrors, type RankedMirror } from './mirrors.ts';
import { compareText, compareVersions } from './versions.ts';

/** What a source lists, as it was last read. */
export interface SourceCatalog extends RankedMirror {
  readonly listing: Listing;
  /** When it was last read or found unchanged, in milliseconds since the epoch. */
  readonly readAt: number;
  /** Its last answer was a failure. */
  readonly stale: boolean;
}

/** A container, whoever lists it. */
export interface MergedEntry {
  /** In the words of the source that the user put first. */
  readonly entry: CatalogEntry;
  /** Catalogs that list the same bytes, best first. */
  readonly mirrors: readonly string[];
  /** Other bytes that some source offers under the same kind, id and version. */
  readonly conflicts: readonly Digest[];
  /** When the newest of its catalogs was read, if none of them answers now. Milliseconds since the epoch. */
  readonly staleSince: number | undefined;
}

/** Something that cannot be booted yet, and the catalog that lists it. */
export interface MergedForeign {
  readonly entry: ForeignEntry;
  readonly source: string;
  readonly staleSince: number | undefined;
}

export interface MergedCatalog {
  /** In the order of the first source that lists each id; versions of an id together, the highest first. */
  readonly entries: readonly MergedEntry[];
  readonly foreign: readonly MergedForeign[];
}

interface Offer {
  readonly entry: CatalogEntry;
  readonly sources: SourceCatalog[];
  /** Names under which it goes: `kind id version`. */
  readonly names: Set<string>;
}

/**
 * One catalog of several. The order of `catalogs` does not matter.
 * @param catalogs of the enabled sources, each URL once
 * @param now milliseconds since the epoch
 */
export function mergeCatalogs(catalogs: readonly SourceCatalog[], now: number): MergedCatalog {
  const ranked = catalogs.toSorted((a, b) => a.priority - b.priority || compareText(a.url, b.url));
  const offers = offersOf(ranked);
  const byName = digestsByName(offers);
  const merged = [...offers.values()].map((offer) => merge(offer, byName, now));
  return { entries: groupVersions(merged), foreign: foreignOf(ranked) };
}

/** Same bytes are one offer, whatever they are called. */
function offersOf(ranked: readonly SourceCatalog[]): ReadonlyMap<Digest, Offer> {
  const offers = new Map<Digest, Offer>();
  for (const source of ranked) {
    for (const entry of source.listing.entries) {
      const { digest } = entry.manifest;
      const offer = offers.get(digest) ?? { entry, sources: [], names: new Set() };
      if (!offer.sources.includes(source)) offer.sources.push(source);
      offer.names.add(nameOf(entry));
      offers.set(digest, offer);
    }
  }
  return offers;
}

/** A container and a runtime of one name do not stand in each other's way. */
function nameOf({ kind, id, version }: CatalogEntry): string {
  return `${kind} ${id} ${version}`;
}

function digestsByName(offers: ReadonlyMap<Digest, Offer>): ReadonlyMap<string, readonly Digest[]> {
  const names = new Map<string, Digest[]>();
  for (const [digest, offer] of offers) {
    for (const name of offer.names) names.set(name, [...(names.get(name) ?? []), digest]);
  }
  return names;
}

function merge(
  { entry, sources, names }: Offer,
  byName: ReadonlyMap<string, readonly Digest[]>,
  now: number,
): MergedEntry {
  const { digest } = entry.manifest;
  const sameName = new Set([...names].flatMap((name) => byName.get(name) ?? []));
  return {
    entry,
    mirrors: orderMirrors(sources, now).map(({ url }) => url),
    conflicts: [...sameName].filter((other) => other !== digest).toSorted(compareText),
    staleSince: staleSince(sources),
  };
}

function staleSince(sources: readonly SourceCatalog[]): number | undefined {
  return sources.every(({ stale }) => stale) ? Math.max(...sources.map(({ readAt }) => readAt)) : undefined;
}

function groupVersions(entries: readonly MergedEntry[]): readonly MergedEntry[] {
  const groups = new Map<string, MergedEntry[]>();
  for (const merged of entries) {
    const group = groups.get(merged.entry.id);
    if (group) group.push(merged);
    else groups.set(merged.entry.id, [merged]);
  }
  return [...groups.values()].flatMap((group) =>
    group.toSorted((a, b) => compareVersions(b.entry.version, a.entry.version)),
  );
}

/** Nothing tells that two of them are the same bytes; but one address is one file. */
function foreignOf(ranked: readonly SourceCatalog[]): readonly MergedForeign[] {
  const found = new Map<string, MergedForeign>();
  for (const { url: source, listing, stale, readAt } of ranked) {
    for (const entry of listing.foreign) {
      if (!found.has(entry.url)) found.set(entry.url, { entry, source, staleSince: stale ? readAt : undefined });
    }
  }
  return [...found.values()];
}
