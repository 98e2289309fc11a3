/** The service worker. It only composes; it keeps nothing in memory, because the browser may end it at any moment. */
import { openStorage } from '#storage/index.ts';
import { routeAppPages } from './apps.ts';
import { routeContent } from './content.ts';
import { answerMessages } from './messages.ts';
import { precacheShell } from './shell.ts';
import { openSources, routeSources } from './sources.ts';

declare const self: ServiceWorkerGlobalScope;

routeAppPages(self.registration.scope);
const files = precacheShell(self, self.__WB_MANIFEST);
const storage = openStorage();
const sources = openSources(self, storage);
routeSources(self, sources);
routeContent(self, sources, storage, files);
answerMessages(self);
// The first visit is served from here at once, so that it works offline without a reload.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
