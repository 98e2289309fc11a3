import type { PrecacheController } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';

/** Files of the build before this one. One generation is kept: about as many bytes as the app itself. */
const CACHE_NAME = 'portolan-outdated-assets';

/** Copies what `controller` is about to delete to a cache of its own. Call it before `controller.activate`. */
export async function keepOutdatedAssets(controller: PrecacheController): Promise<void> {
  const current = new Set(controller.getURLsToCacheKeys().values());
  const precache = await caches.open(controller.strategy.cacheName);
  const outdated = (await precache.keys()).filter((request) => !current.has(request.url));
  if (outdated.length === 0) return;
  await caches.delete(CACHE_NAME);
  const kept = await caches.open(CACHE_NAME);
  await Promise.all(outdated.map((request) => copy(request, precache, kept)));
}

async function copy(request: Request, from: Cache, to: Cache): Promise<void> {
  const response = await from.match(request);
  if (response !== undefined) await to.put(request, response);
}

/** Answers for hashed files that are not of this build, for pages of the build before that are still open. */
export function routeOutdatedAssets(scope: string): void {
  const assets = new URL('assets/', scope).href;
  registerRoute(
    ({ url }) => url.href.startsWith(assets),
    async ({ request }) => (await caches.match(request, { cacheName: CACHE_NAME, ignoreVary: true })) ?? fetch(request),
  );
}
