import { CatalogSchema, parseJson } from '#domain/container/index.ts';
import type { FromServiceWorker } from '#ports/service-worker.ts';
import type { CacheDidUpdateCallbackParam, WorkboxPlugin } from 'workbox-core/types.js';
import { registerRoute } from 'workbox-routing';
import { StaleWhileRevalidate } from 'workbox-strategies';
import { ownCatalogUrl } from './scope.ts';

/** catalog.json as it was last seen. Only the list: containers are kept by the machines, which verify them. */
const CACHE_NAME = 'portolan-catalog';

/**
 * Answers for this deployment's catalog.json at once from the cache and looks for a newer one behind it; pages are told
 * when there is one.
 */
export function routeCatalog(worker: ServiceWorkerGlobalScope): void {
  const url = ownCatalogUrl(worker.registration.scope);
  const strategy = new StaleWhileRevalidate({
    cacheName: CACHE_NAME,
    plugins: [onlyCatalogs, announceChange(worker.clients)],
  });
  registerRoute(({ request, url: asked }) => request.method === 'GET' && asked.href === url, strategy);
  worker.addEventListener('install', (event) => event.waitUntil(keepFirst(url)));
}

/** The first page has read the catalog before there was a service worker: without this, its first offline visit had none. */
async function keepFirst(url: string): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  // The app works without a catalog, so a server that has none must not keep the app from being installed.
  if ((await cache.match(url)) === undefined) await keepIfCatalog(cache, url).catch(() => undefined);
}

async function keepIfCatalog(cache: Cache, url: string): Promise<void> {
  const response = await fetch(url);
  if (await isCatalog(response)) await cache.put(url, response);
}

/** Networks that want a login answer with a web page: it must not take the place of a catalog that is here. */
const onlyCatalogs: WorkboxPlugin = {
  cacheWillUpdate: async ({ response }) => ((await isCatalog(response)) ? response : null),
};

async function isCatalog(response: Response): Promise<boolean> {
  if (response.status !== 200) return false;
  try {
    parseJson(CatalogSchema, await response.clone().text(), 'The catalog');
    return true;
  } catch {
    return false;
  }
}

function announceChange(clients: Clients): WorkboxPlugin {
  return {
    cacheDidUpdate: async ({ request, oldResponse, newResponse }) => {
      if (await isSame(oldResponse, newResponse)) return;
      const message: FromServiceWorker = { type: 'CATALOG_CHANGED', url: request.url };
      for (const client of await clients.matchAll({ type: 'window' })) client.postMessage(message);
    },
  };
}

type Update = Pick<CacheDidUpdateCallbackParam, 'oldResponse' | 'newResponse'>;

async function isSame(older: Update['oldResponse'], newer: Update['newResponse']): Promise<boolean> {
  // Nothing was there: who asked has just received the newest.
  if (older === undefined || older === null) return true;
  return (await older.clone().text()) === (await newer.clone().text());
}
