import type { WorkboxPlugin } from 'workbox-core/types.js';
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
    async ({ request }) => (await findKept(request)) ?? fetch(request),
  );
}

/**
 * For the worker of the build before: it still answers for a moment after the newer one has taken its files out of the
 * precache. What the server no longer has is then looked for where the newer one put it.
 */
export const answerFromKept: WorkboxPlugin = {
  fetchDidSucceed: async ({ request, response, event }) => {
    if (response.ok || event.type !== 'fetch') return response;
    return (await findKept(request)) ?? response;
  },
};

/** In any cache: an activation that was cut short has copied nothing, and deleted nothing either. */
function findKept(request: Request): Promise<Response | undefined> {
  return caches.match(request, { ignoreVary: true });
}
