import { AppRoutes } from './app-routes.ts';
import { AppSockets } from './app-sockets.ts';
import { AppTabs } from './app-tabs.ts';
import { MachineLinks } from './machine-links.ts';
import { OwnFiles } from './own-files.ts';
import type { Place } from './place.ts';

/** Lets a service worker answer for servers in guests. It keeps nothing that it could not ask for again. */
export function serveApps(worker: ServiceWorkerGlobalScope, place: Place): void {
  const files = new OwnFiles(place);
  const links = new MachineLinks(worker, place);
  const routes = new AppRoutes(worker, place, links, files.injected);
  const sockets = new AppSockets(worker, place, links);
  const tabs = new AppTabs(worker, place);
  worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('message', (event) =>
    event.waitUntil(Promise.all([sockets.answer(event), tabs.answer(event)])),
  );
  worker.addEventListener('fetch', (event) => {
    if (new URL(event.request.url).origin !== place.origin) return;
    event.respondWith(files.answer(event.request) ?? routes.answer(event));
  });
}
