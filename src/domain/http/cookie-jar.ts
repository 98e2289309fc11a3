import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { Cookie, parseSetCookie, type CookieOrigin } from './cookie.ts';

/** Who asks, as seen from the site of the server (RFC 6265bis, 5.2). */
export type RequestSite = 'same-site' | 'cross-site-navigation' | 'cross-site';

/** A request that cookies may go along with. */
export interface CookieRequest {
  /** As the server knows it. */
  readonly target: string;
  /** True where nobody else can listen: over https, or within this device. */
  readonly secure: boolean;
  readonly site: RequestSite;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const Stored = v.object({ form: v.literal(1), cookies: v.array(Cookie) });
/** What a jar is kept as. */
export type StoredCookies = v.InferOutput<typeof Stored>;

/** RFC 6265, 6.1 asks for 50 at least; browsers keep some 180 of a host. */
const MOST_COOKIES = 180;

/**
 * The cookies of one machine's servers (RFC 6265). All ports of a machine are one host, as they are one to a browser; the
 * machine is the only host, so no cookie is another's, and there is no list of public suffixes to know.
 */
export class CookieJar {
  /** By name and path. */
  readonly #cookies = new Map<string, Cookie>();

  /** @throws AppError `format/invalid` when what was stored is no jar */
  static from(stored: unknown): CookieJar {
    const result = v.safeParse(Stored, stored);
    if (!result.success) {
      throw new AppError('format/invalid', { what: 'A machine’s cookies', detail: v.summarize(result.issues) });
    }
    const jar = new CookieJar();
    for (const cookie of result.output.cookies) jar.#cookies.set(keyOf(cookie), cookie);
    return jar;
  }

  /** Cookies that do not expire are among them: they last as long as the machine does. */
  toJSON(): StoredCookies {
    return { form: 1, cookies: [...this.#cookies.values()] };
  }

  /** Keeps what the Set-Cookie fields of an answer ask to keep. */
  store(fields: readonly string[], origin: CookieOrigin): void {
    for (const field of fields) {
      const cookie = parseSetCookie(field, origin);
      if (cookie && !this.#shadowsSecure(cookie, origin)) this.#put(cookie, origin.now);
    }
    this.#limit(origin.now);
  }

  /** The value of the Cookie field for a request: long paths first, then old ones; undefined when there is none. */
  header(request: CookieRequest): string | undefined {
    this.#removeExpired(request.now);
    const [path = ''] = request.target.split('?');
    const fitting = [...this.#cookies.values()].filter((cookie) => goesWith(cookie, request, path));
    fitting.sort((a, b) => b.path.length - a.path.length || a.created - b.created);
    for (const cookie of fitting) cookie.lastUsed = request.now;
    const pairs = fitting.map(({ name, value }) => (name === '' ? value : `${name}=${value}`));
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  clear(): void {
    this.#cookies.clear();
  }

  #put(cookie: Cookie, now: number): void {
    const key = keyOf(cookie);
    const old = this.#cookies.get(key);
    if (cookie.expires !== null && cookie.expires <= now) this.#cookies.delete(key);
    // RFC 6265, 5.3, 11.3: what replaces another keeps its place in the order.
    else this.#cookies.set(key, old ? { ...cookie, created: old.created } : cookie);
  }

  /** RFC 6265bis, 5.7: what anybody on the way may have written replaces nothing that is secure. */
  #shadowsSecure(cookie: Cookie, { secure }: CookieOrigin): boolean {
    if (secure) return false;
    const others = [...this.#cookies.values()];
    return others.some((old) => old.secure && old.name === cookie.name && pathMatches(cookie.path, old.path));
  }

  #limit(now: number): void {
    this.#removeExpired(now);
    const excess = this.#cookies.size - MOST_COOKIES;
    if (excess <= 0) return;
    const oldest = [...this.#cookies.values()].sort((a, b) => a.lastUsed - b.lastUsed).slice(0, excess);
    for (const cookie of oldest) this.#cookies.delete(keyOf(cookie));
  }

  #removeExpired(now: number): void {
    for (const [key, { expires }] of this.#cookies) {
      if (expires !== null && expires <= now) this.#cookies.delete(key);
    }
  }
}

function keyOf({ name, path }: Cookie): string {
  return JSON.stringify([name, path]);
}

function goesWith(cookie: Cookie, request: CookieRequest, path: string): boolean {
  if (cookie.secure && !request.secure) return false;
  if (!pathMatches(path, cookie.path)) return false;
  if (request.site === 'same-site' || cookie.sameSite === 'none') return true;
  return request.site === 'cross-site-navigation' && cookie.sameSite === 'lax';
}

/** RFC 6265, 5.1.4. */
function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/');
}
