import type { SourceNews } from '#ports/service-worker.ts';
import { ApiServer, SourceDirectory, type Storage } from '#storage/index.ts';
import { registerRoute } from 'workbox-routing';
import { routeLocal, untilIdle } from './local.ts';
import { ownCatalogUrl } from './scope.ts';

/** The user's sources. Pages are told when something about them changes. */
export function openSources(worker: ServiceWorkerGlobalScope, storage: Promise<Storage>): SourceDirectory {
  return new SourceDirectory({
    store: storage.then(({ sources }) => sources),
    embeddedUrl: ownCatalogUrl(worker.registration.scope),
    announce: (news) => void announce(worker.clients, news),
  });
}

/** Answers at `api/v1/`, and for this deployment's own catalog.json: at once from the device, and asks anew behind it. */
export function routeSources(worker: ServiceWorkerGlobalScope, sources: SourceDirectory): void {
  const { scope } = worker.registration;
  const catalogUrl = ownCatalogUrl(scope);
  const idle = () => sources.idle();
  routeLocal(new URL('api/v1/', scope).href, new ApiServer({ scope, sources, build: __BUILD_ID__ }), idle);
  registerRoute(
    ({ url }) => url.href === catalogUrl,
    ({ request, event }) => untilIdle(event, answerCatalog(sources, request), idle),
  );
  // The first page has read it before there was a service worker: without this, its first offline visit had none.
  worker.addEventListener('install', (event) => void untilIdle(event, keepCatalog(sources), idle));
}

/** The app works without a catalog, so a server that has none must not keep the app from being installed. */
async function keepCatalog(sources: SourceDirectory): Promise<void> {
  await sources.embedded().catch(() => undefined);
}

async function answerCatalog(sources: SourceDirectory, request: Request): Promise<Response> {
  const kept = await sources.embedded().catch(() => undefined);
  if (!kept) return fetch(request);
  const headers = new Headers({ 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  if (kept.etag !== undefined) headers.set('ETag', kept.etag);
  if (kept.lastModified !== undefined) headers.set('Last-Modified', kept.lastModified);
  return new Response(kept.text, { headers });
}

async function announce(clients: Clients, news: SourceNews): Promise<void> {
  for (const client of await clients.matchAll({ type: 'window' })) client.postMessage(news);
}
