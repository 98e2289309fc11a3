import { digestHex, type Digest } from '#domain/container/index.ts';
import type { ContainerReads } from '#ports/machine-service.ts';

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in decimal units (1 MB = 10^6 bytes, as download sizes are given), such as `62 MB` or `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const rank = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const amount = bytes / 1000 ** rank;
  const text = rank > 0 && amount < 10 ? oneDecimal.format(amount) : wholeNumber.format(amount);
  return `${text} ${UNITS[rank]}`;
}

/** What a running machine takes; empty while it is not known. */
export function memoryWords(bytes: number | undefined): string {
  return bytes === undefined ? '' : `About ${formatBytes(bytes)} of memory`;
}

/** Where a machine's start has read from; empty before its first prompt. */
export function readsWords(reads: ContainerReads | undefined): string {
  if (reads === undefined) return '';
  return `Its start read ${formatBytes(reads.device)} from this device, ${formatBytes(reads.network)} from servers`;
}

/** How much of how much, in the unit of the whole, so that the text keeps its width while it counts: `18.4 of 62.0 MB`. */
export function formatShareOfBytes(bytes: number, total: number): string {
  return `${megabytes(bytes)} of ${megabytes(total)} MB`;
}

function megabytes(bytes: number): string {
  return oneDecimal.format(bytes / 1_000_000);
}

/** Bytes a second: `4.2 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A share from 0 to 1 as whole percent, never 100 before all is there: `43 %`. */
export function formatPercent(share: number): string {
  const percent = Math.floor(Math.min(Math.max(share, 0), 1) * 100);
  return `${percent} %`;
}

/** Time left: `11 s`, `2 min 5 s`, `1 h 12 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** How long something took: `12 ms`, `1.4 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 999.5) return `${wholeNumber.format(milliseconds)} ms`;
  return `${oneDecimal.format(milliseconds / 1000)} s`;
}

const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in milliseconds since the epoch, in the user's time zone and way of writing dates. */
export function formatMoment(at: number): string {
  return dateAndTime.format(at);
}

/** A digest short enough to compare by eye: `sha256:1f2e3d4c5b6a`. */
export function formatDigest(digest: Digest): string {
  return `sha256:${digestHex(digest).slice(0, 12)}`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const AGE_UNITS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;
/** Younger than this is now, for people. */
const NOW_SECONDS = 60;

/** How long ago a moment was: `just now`, `3 min. ago`, `5 days ago`. */
export function formatAge(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < NOW_SECONDS) return 'just now';
  const { unit, seconds: length } = AGE_UNITS.find((each) => seconds >= each.seconds) ?? AGE_UNITS[2];
  return relative.format(-Math.floor(seconds / length), unit);
}

/** How long until a moment: `in 40 s`, `soon`. */
export function formatWait(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  return seconds <= 0 ? 'soon' : `in ${formatSeconds(seconds)}`;
}
