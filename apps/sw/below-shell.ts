/**
 * The same for pages of guests below the shell, at its own origin, where there is no other: beside the shell's service worker,
 * and of its pages alone. Whom it may answer for is for the shell's tabs to say. Not here: anything of the shell's.
 */
import { belowShell } from './place.ts';
import { serveApps } from './serve-apps.ts';

declare const self: ServiceWorkerGlobalScope;

serveApps(self, belowShell(self));
