/** What a representation can be recognised by. */
export interface Validators {
  /** A strong entity tag, quotes included. */
  readonly etag: string;
  /** Milliseconds since the epoch; undefined when nobody knows. */
  readonly modifiedAt: number | undefined;
}

/** The conditions of a request, as its headers say them; null when it has none. */
export interface Conditions {
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
  readonly ifUnmodifiedSince: string | null;
  readonly ifRange: string | null;
}

/**
 * What the conditions of a GET or HEAD lead to, in the order of RFC 9110, 13.2.2: the request goes on, is answered 304 or
 * refused with 412.
 */
export function checkConditions(conditions: Conditions, validators: Validators): 'proceed' | 304 | 412 {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== null) {
    if (!listsTag(ifMatch, validators.etag, 'strongly')) return 412;
  } else if (isLater(validators.modifiedAt, ifUnmodifiedSince)) return 412;
  if (ifNoneMatch !== null) return listsTag(ifNoneMatch, validators.etag, 'weakly') ? 304 : 'proceed';
  return isUnchanged(validators.modifiedAt, ifModifiedSince) ? 304 : 'proceed';
}

/**
 * True when the Range header counts: there is no If-Range, or it names the representation as it is (RFC 9110, 13.1.5).
 * A date does so only exactly, and is a strong validator here: content under a digest never changes.
 */
export function rangeCounts(ifRange: string | null, { etag, modifiedAt }: Validators): boolean {
  if (ifRange === null) return true;
  const text = ifRange.trim();
  if (text.startsWith('"') || text.startsWith('W/')) return text === etag;
  return modifiedAt !== undefined && parseHttpDate(text) === wholeSeconds(modifiedAt);
}

/** Milliseconds since the epoch as an HTTP-date (RFC 9110, 5.6.7). */
export function formatHttpDate(at: number): string {
  return new Date(at).toUTCString();
}

/** Any of the three forms of an HTTP-date; undefined for anything else. */
export function parseHttpDate(text: string): number | undefined {
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(text);
  if (!isAsctime && !/^[A-Z][a-z]+, .* GMT$/.test(text)) return undefined;
  // asctime's form has no zone and means GMT.
  const at = Date.parse(isAsctime ? `${text} GMT` : text);
  return Number.isNaN(at) ? undefined : at;
}

function listsTag(list: string, etag: string, how: 'strongly' | 'weakly'): boolean {
  if (list.trim() === '*') return true;
  // Tags may hold commas, so the list cannot be split at them.
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => (how === 'weakly' ? tag.replace(/^W\//, '') : tag) === etag);
}

function isUnchanged(modifiedAt: number | undefined, since: string | null): boolean {
  const date = since === null ? undefined : parseHttpDate(since.trim());
  return date !== undefined && modifiedAt !== undefined && wholeSeconds(modifiedAt) <= date;
}

function isLater(modifiedAt: number | undefined, since: string | null): boolean {
  const date = since === null ? undefined : parseHttpDate(since.trim());
  return date !== undefined && modifiedAt !== undefined && wholeSeconds(modifiedAt) > date;
}

/** HTTP knows no milliseconds. */
function wholeSeconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
