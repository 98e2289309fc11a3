/**
 * The service worker of the origin of apps: it answers for servers in guests, whose machines it finds through the shell's
 * frames. Not here: anything of the shell's.
 */
import { ownOrigin } from './place.ts';
import { serveApps } from './serve-apps.ts';

declare const self: ServiceWorkerGlobalScope;

serveApps(self, ownOrigin(self));
