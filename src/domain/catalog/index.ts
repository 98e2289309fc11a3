/**
 * Catalogs of any origin: reading them without trust, merging those of several sources, finding things in them, and the
 * user's order of sources. Not here: the container format (container/), fetching and keeping.
 */
export { catalogCandidates, checkCatalogUrl } from './catalog-url.ts';
export { filterListings, type ListingFilter } from './filter.ts';
export type { ForeignEntry } from './foreign.ts';
export { MAX_CATALOG_BYTES, readListing, type Listing } from './listing.ts';
export {
  mergeCatalogs,
  type MergedCatalog,
  type MergedEntry,
  type MergedForeign,
  type SourceCatalog,
} from './merge.ts';
export { orderMirrors, type MirrorHealth, type RankedMirror } from './mirrors.ts';
export { moveTo } from './order.ts';
export { pickEntry } from './pick.ts';
export { compareVersions } from './versions.ts';
