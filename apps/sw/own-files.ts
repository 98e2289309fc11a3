import type { AddedScript } from '#domain/http/index.ts';
import { FILES, INJECTED } from 'virtual:own-files';
import type { Place } from './place.ts';

const RELAY = '/relay.html';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' };

/**
 * The few files here that are no app's. They are part of the service worker itself: all that an origin keeps in a
 * cache, the pages of guests can change, and whoever changed the relay could answer for machines of others.
 */
export class OwnFiles {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The script that guests' pages are given. Its whole address: a policy knows no other. */
  get injected(): AddedScript {
    const { origin, base } = this.#place;
    return { url: `${origin}${base}${INJECTED.path}`, integrity: INJECTED.integrity };
  }

  /** Undefined for what is none of them. */
  answer({ url }: Request): Response | undefined {
    const { base, shell } = this.#place;
    const { pathname } = new URL(url);
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : '';
    const text = FILES[path];
    if (text === undefined) return undefined;
    const type = TYPES[path.split('.').pop() ?? ''] ?? 'text/plain';
    const headers = new Headers({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' });
    if (path === RELAY) headers.set('Content-Security-Policy', `frame-ancestors ${new URL(shell).origin}`);
    return new Response(text, { headers });
  }
}
