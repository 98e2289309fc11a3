/**
 * The service worker of the origin of apps: it answers for servers in guests, whose machines it finds through the shell's
 * frames. It keeps nothing that it could not ask for again. Not here: anything of the shell's.
 */
import { AppRoutes } from './app-routes.ts';
import { AppSockets } from './app-sockets.ts';
import { MachineLinks } from './machine-links.ts';
import { OwnFiles } from './own-files.ts';

declare const self: ServiceWorkerGlobalScope;

const files = new OwnFiles(self.location.origin);
const links = new MachineLinks(self);
const routes = new AppRoutes(self, links, files.injected);
const sockets = new AppSockets(self, links);

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.waitUntil(sockets.answer(event)));
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin !== self.location.origin) return;
  const own = files.answer(event.request);
  event.respondWith(own ?? routes.answer(event));
});
