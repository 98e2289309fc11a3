/**
 * The service worker of the origin of apps: it answers for servers in guests, whose machines it finds through the shell's
 * frames. It keeps nothing that it could not ask for again. Not here: anything of the shell's.
 */
import { AppRoutes } from './app-routes.ts';
import { MachineLinks } from './machine-links.ts';
import { OwnFiles } from './own-files.ts';

declare const self: ServiceWorkerGlobalScope;

const files = new OwnFiles(self);
const routes = new AppRoutes(self, new MachineLinks(self));

self.addEventListener('install', (event) => event.waitUntil(files.keep().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(files.tidy().then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin !== self.location.origin) return;
  event.respondWith(files.answer(event.request).then((own) => own ?? routes.answer(event)));
});
