import { shellOriginOf } from '#domain/http/index.ts';
import { BUILD } from '#rpc/index.ts';

const CACHE = 'portolan-apps-';
const RELAY = '/relay.html';
const PAGES = [RELAY, '/start.html'];

/** The few files of this origin that are no app's. */
export class OwnFiles {
  readonly #worker: ServiceWorkerGlobalScope;
  readonly #name = `${CACHE}${BUILD.build}`;

  constructor(worker: ServiceWorkerGlobalScope) {
    this.#worker = worker;
  }

  /** Keeps them all, so that they are there without the server. */
  async keep(): Promise<void> {
    const cache = await caches.open(this.#name);
    for (const page of PAGES) {
      const answer = await fetch(page, { cache: 'reload' });
      const scripts = [...(await answer.clone().text()).matchAll(/<script[^>]* src="([^"]+)"/g)];
      await cache.put(page, answer);
      await cache.addAll(scripts.map(([, url = '']) => new URL(url, this.#worker.location.origin).href));
    }
  }

  /** Lets go of those of older builds. */
  async tidy(): Promise<void> {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(CACHE) && name !== this.#name);
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  /** Undefined for what is none of them. */
  async answer({ url }: Request): Promise<Response | undefined> {
    const { pathname } = new URL(url);
    const kept = await caches.match(pathname, { cacheName: this.#name });
    return kept && pathname === RELAY ? this.#forShellOnly(kept) : kept;
  }

  /** A guest's page that had a relay's frame could make itself the answer to what is asked of other machines. */
  #forShellOnly(page: Response): Response {
    const headers = new Headers(page.headers);
    headers.set('Content-Security-Policy', `frame-ancestors ${shellOriginOf(this.#worker.location.origin)}`);
    return new Response(page.body, { headers });
  }
}
