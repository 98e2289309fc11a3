import * as v from 'valibot';
import { parseCookieDate } from './cookie-date.ts';

const SameSite = v.picklist(['strict', 'lax', 'none']);
/** A cookie as it is kept. The host is the jar's. */
export const Cookie = v.object({
  name: v.string(),
  value: v.string(),
  path: v.string(),
  secure: v.boolean(),
  /** Scripts of the page must not see it. */
  httpOnly: v.boolean(),
  sameSite: SameSite,
  /** Milliseconds since 1970; null lasts as long as the jar. */
  expires: v.nullable(v.number()),
  /** Milliseconds since 1970. */
  created: v.number(),
  lastUsed: v.number(),
});
export type Cookie = v.InferOutput<typeof Cookie>;

/** Where and when a cookie comes from. */
export interface CookieOrigin {
  /** The host that the page knows the server by. */
  readonly host: string;
  /** The target of the request, as the server knows it. */
  readonly target: string;
  /** True where nobody else can listen: over https, or within this device. */
  readonly secure: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Attributes = ReadonlyMap<string, string>;

/** RFC 6265bis, 5.6: no control characters but the tab. A character stands for a byte. */
const ALLOWED = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Bytes of name and value, and of an attribute's value. */
const [PAIR_BYTES, ATTRIBUTE_BYTES] = [4096, 1024];
/** RFC 6265bis, 5.5: no cookie lasts longer. */
const LONGEST_MS = 400 * 24 * 60 * 60 * 1000;

/**
 * The cookie that a Set-Cookie field asks to keep (RFC 6265, 5.2 and 5.3, with the newer draft's prefixes, limits and SameSite).
 * @returns undefined when it is to be ignored. One that has expired removes another
 */
export function parseSetCookie(field: string, origin: CookieOrigin): Cookie | undefined {
  if (!ALLOWED.test(field)) return undefined;
  const [pair = '', ...parts] = field.split(';');
  const [name, value] = nameAndValue(pair);
  if (name.length + value.length === 0 || name.length + value.length > PAIR_BYTES) return undefined;
  const attributes = attributesOf(parts);
  const { now } = origin;
  const cookie: Cookie = {
    name,
    value,
    path: pathOf(attributes, origin.target),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes),
    expires: expiryOf(attributes, now),
    created: now,
    lastUsed: now,
  };
  return isAcceptable(cookie, attributes, origin) ? cookie : undefined;
}

/** A pair without `=` is a value without a name. */
function nameAndValue(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? ['', trim(pair)] : [trim(pair.slice(0, at)), trim(pair.slice(at + 1))];
}

function trim(text: string): string {
  return text.replaceAll(/^[\t ]+|[\t ]+$/g, '');
}

/** The last one of a name counts. */
function attributesOf(parts: readonly string[]): Attributes {
  const all = parts.map((part): readonly [string, string] => {
    const at = part.indexOf('=');
    return at < 0 ? [trim(part).toLowerCase(), ''] : [trim(part.slice(0, at)).toLowerCase(), trim(part.slice(at + 1))];
  });
  return new Map(all.filter(([, value]) => value.length <= ATTRIBUTE_BYTES));
}

function pathOf(attributes: Attributes, target: string): string {
  const given = attributes.get('path');
  return given?.startsWith('/') === true ? given : defaultPath(target);
}

/** RFC 6265, 5.1.4: the folder of what was asked for. */
function defaultPath(target: string): string {
  const [path = ''] = target.split('?');
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

/** Without a word about it, a cookie is not sent along with what other sites ask. */
function sameSiteOf(attributes: Attributes): Cookie['sameSite'] {
  const given = v.safeParse(SameSite, attributes.get('samesite')?.toLowerCase());
  return given.success ? given.output : 'lax';
}

function expiryOf(attributes: Attributes, now: number): number | null {
  const age = attributes.get('max-age');
  if (age !== undefined && /^-?\d+$/.test(age)) {
    const seconds = Number(age);
    return seconds <= 0 ? 0 : Math.min(now + seconds * 1000, now + LONGEST_MS);
  }
  const date = parseCookieDate(attributes.get('expires') ?? '');
  return date === undefined ? null : Math.min(date, now + LONGEST_MS);
}

function isAcceptable(cookie: Cookie, attributes: Attributes, origin: CookieOrigin): boolean {
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  if (domain !== '' && !domainMatches(origin.host.toLowerCase(), domain)) return false;
  if (cookie.secure && !origin.secure) return false;
  if (cookie.sameSite === 'none' && !cookie.secure) return false;
  // A cookie without a name must not pass for one with a prefix: it is sent without `=`.
  const name = (cookie.name === '' ? cookie.value : cookie.name).toLowerCase();
  if (!name.startsWith('__secure-') && !name.startsWith('__host-')) return true;
  if (cookie.name === '' || !cookie.secure) return false;
  return !name.startsWith('__host-') || (attributes.get('path') === '/' && domain === '');
}

/** RFC 6265, 5.1.3; an address has no domains above it. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}
