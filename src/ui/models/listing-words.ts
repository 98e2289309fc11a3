import type { ContainerListing, Download, LocalState } from '#ports/portolan.ts';
import type { CatalogSignature } from '#ports/sources.ts';
import { formatAge, formatBytes, formatPercent } from './format.ts';
import { describeProgress } from './stages.ts';

/** How a container stands, in two lines. */
export interface StatusWords {
  /** How much there is to have, or on its way. */
  readonly amount: string;
  /** What of it is here, or how its download goes. */
  readonly state: string;
  /** `ready`: boots with no network. `caution`: the user has to do something before it does. */
  readonly tone: 'plain' | 'ready' | 'caution';
}

export interface StatusOptions {
  readonly online: boolean;
  /** A download was asked for, and has not shown itself. */
  readonly starting: boolean;
}

export function statusWords(listing: ContainerListing, options: StatusOptions): StatusWords {
  const { download, entry, local } = listing;
  if (options.starting)
    return { amount: amountOf(download, entry.size), state: 'Starting the download…', tone: 'plain' };
  return download === undefined ? localWords(entry.size, local, options.online) : downloadWords(download);
}

function downloadWords(download: Download): StatusWords {
  const { rate, left } = describeProgress(download.progress);
  const amount = amountOf(download, 0);
  switch (download.name) {
    case 'running':
      return { amount, state: [rate, left].filter(Boolean).join(' · ') || 'Downloading…', tone: 'plain' };
    case 'paused':
      return { amount, state: 'Paused', tone: 'plain' };
    case 'failed':
      return { amount, state: 'The download has stopped', tone: 'caution' };
  }
}

function amountOf(download: Download | undefined, size: number): string {
  if (download === undefined) return `Downloads ${formatBytes(size)}`;
  const { amount, percent } = describeProgress(download.progress);
  return `${amount} · ${percent}`;
}

function localWords(bytes: number, local: LocalState, online: boolean): StatusWords {
  const size = formatBytes(bytes);
  switch (local.name) {
    case 'offline-ready':
      return { amount: size, state: 'Works offline', tone: 'ready' };
    case 'update-available':
      return {
        amount: `The update downloads at most ${formatBytes(local.bytes)}`,
        state: `${local.version} works offline`,
        tone: 'ready',
      };
    case 'partial':
      return { amount: size, state: `${formatPercent(local.share)} on this device`, tone: 'plain' };
    case 'absent':
      return online
        ? { amount: `Downloads ${size}`, state: 'Not on this device', tone: 'plain' }
        : { amount: `Downloads ${size}`, state: 'Needs a connection', tone: 'caution' };
  }
}

/** How much of its picture is filled in, 0 to 1. */
export function shareHere({ download, local }: ContainerListing): number {
  if (download !== undefined) return describeProgress(download.progress).share;
  switch (local.name) {
    case 'absent':
      return 0;
    case 'partial':
      return local.share;
    case 'offline-ready':
    case 'update-available':
      return 1;
  }
}

/** Who offers it: `From Harbour and 2 more · signed`. @param nameOf what the user calls a source */
export function provenanceWords(listing: ContainerListing, nameOf: (url: string) => string): string {
  const [first, ...others] = listing.mirrors;
  if (first === undefined) return 'No source offers it any more';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `From ${nameOf(first)}${more}`;
}

/** Whether a catalog is signed, and by whom. */
export function signatureWords(signature: CatalogSignature): string {
  switch (signature.name) {
    case 'unsigned':
      return 'not signed';
    case 'signed':
      return `signed by ${signature.keyId}`;
    case 'refused':
      return 'signature refused';
  }
}

/** How old a listing is whose sources do not answer. */
export function staleWords(staleSince: number, now: number): string {
  return `Its source does not answer; listed ${formatAge(staleSince, now)}`;
}

/** What something that does not boot by itself is for. */
export function purposeWords(): string {
  return 'A runtime: software that machines take on. It is chosen in a machine’s “Install packages…”.';
}
