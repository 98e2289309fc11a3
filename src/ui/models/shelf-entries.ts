import type { Digest } from '#domain/container/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';

/** What has one card on the shelf: a listing, or several between which the user has to choose. */
export interface ShelfEntry {
  readonly key: string;
  /** One, or all that claim the same name and version with different bytes, best source first. */
  readonly listings: readonly [ContainerListing, ...ContainerListing[]];
}

/** Puts listings that contradict each other into one entry; the order stays. */
export function shelfEntries(listings: readonly ContainerListing[]): readonly ShelfEntry[] {
  const entries = new Map<string, [ContainerListing, ...ContainerListing[]]>();
  for (const listing of listings) {
    const key = keyOf(listing);
    const together = entries.get(key);
    if (together === undefined) entries.set(key, [listing]);
    else together.push(listing);
  }
  return [...entries].map(([key, together]) => ({ key, listings: together }));
}

/** The listing of these bytes. */
export function findListing(listings: readonly ContainerListing[], digest: Digest): ContainerListing | undefined {
  return listings.find(({ entry }) => entry.manifest.digest === digest);
}

function keyOf({ entry, conflicts }: ContainerListing): string {
  return conflicts.length === 0 ? entry.manifest.digest : `${entry.id} ${entry.version}`;
}
