import type { Digest } from '#domain/container/index.ts';
import type { ContainerListing, Download } from '#ports/portolan.ts';

/** Shares of a download at which a screen reader hears about it: often enough to know that it goes on. */
const QUARTERS = 4;

/** What happened to downloads between two looks at the catalog, in words; undefined when there is no news. */
export function announceDownload(
  before: readonly ContainerListing[],
  after: readonly ContainerListing[],
): string | undefined {
  const known = new Map(before.map((listing) => [listing.entry.manifest.digest, listing]));
  const news = after
    .map((listing) => newsOf(known.get(digestOf(listing)), listing))
    .filter((text) => text !== undefined);
  return news.length === 0 ? undefined : news.join(' ');
}

/** A failed download tells of itself: its note is an alert. */
function newsOf(before: ContainerListing | undefined, after: ContainerListing): string | undefined {
  const { title } = after.entry;
  if (before?.download !== undefined && after.download === undefined && after.local.name === 'offline-ready')
    return `${title} is on this device, and boots offline.`;
  if (after.download === undefined || after.download.name === 'failed') return undefined;
  if (after.download.name === 'paused') {
    return before?.download?.name === 'running' ? `The download of ${title} is paused.` : undefined;
  }
  const [was, is] = [quarterOf(before?.download), quarterOf(after.download)];
  return is > was ? `${title}: ${is * (100 / QUARTERS)} percent downloaded.` : undefined;
}

function quarterOf(download: Download | undefined): number {
  if (download === undefined || download.progress.total === 0) return 0;
  return Math.floor((download.progress.bytes / download.progress.total) * QUARTERS);
}

function digestOf({ entry }: ContainerListing): Digest {
  return entry.manifest.digest;
}
