import type { CatalogEntry } from '../container/index.ts';

/** What to show. What is left out does not matter. */
export interface ListingFilter {
  /** Words that must all be in the id, title, summary or tags, in any case, with or without accents. */
  readonly text?: string | undefined;
  readonly kind?: CatalogEntry['kind'] | undefined;
  /** URL of a catalog. */
  readonly source?: string | undefined;
  /** True: only what boots without a server. */
  readonly offlineReady?: boolean | undefined;
}

interface Listed {
  readonly entry: {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly tags: readonly string[];
    /** What cannot be booted yet is of no kind. */
    readonly kind?: CatalogEntry['kind'];
  };
  readonly mirrors: readonly string[];
  readonly local?: { readonly name: string };
}

/** Those of `listings` that fit, in their order. */
export function filterListings<T extends Listed>(listings: readonly T[], filter: ListingFilter): T[] {
  const words = fold(filter.text ?? '').split(/\s+/);
  return listings.filter(
    (listing) =>
      (filter.kind === undefined || listing.entry.kind === filter.kind) &&
      (filter.source === undefined || listing.mirrors.includes(filter.source)) &&
      (filter.offlineReady !== true || bootsOffline(listing)) &&
      hasWords(listing, words),
  );
}

/** Also where a newer version is to be had: the older boots as before. */
function bootsOffline({ local }: Listed): boolean {
  return local?.name === 'offline-ready' || local?.name === 'update-available';
}

function hasWords({ entry }: Listed, words: readonly string[]): boolean {
  const text = fold([entry.id, entry.title, entry.summary, ...entry.tags].join('\n'));
  return words.every((word) => text.includes(word));
}

/** In small letters without accents. Compatibility forms (full-width letters, ligatures) count as what they stand for. */
function fold(text: string): string {
  return text.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '').trim();
}
