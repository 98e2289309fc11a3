import { shellOriginOf, type AddedScript } from '#domain/http/index.ts';
import { ORIGINS } from '#rpc/index.ts';
import { FILES, INJECTED } from 'virtual:own-files';

const RELAY = '/relay.html';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' };

/**
 * The few files of this origin that are no app's. They are part of the service worker itself: all that an origin keeps in a
 * cache, the pages of guests can change, and whoever changed the relay could answer for machines of others.
 */
export class OwnFiles {
  readonly #origin: string;

  /** @param origin of apps */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The script that guests' pages are given. Its whole address: a policy knows no other. */
  get injected(): AddedScript {
    return { url: `${this.#origin}${INJECTED.path}`, integrity: INJECTED.integrity };
  }

  /** Undefined for what is none of them. */
  answer({ url }: Request): Response | undefined {
    const { pathname } = new URL(url);
    const text = FILES[pathname];
    if (text === undefined) return undefined;
    const type = TYPES[pathname.split('.').pop() ?? ''] ?? 'text/plain';
    const headers = new Headers({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' });
    if (pathname === RELAY)
      headers.set('Content-Security-Policy', `frame-ancestors ${shellOriginOf(this.#origin, ORIGINS)}`);
    return new Response(text, { headers });
  }
}
