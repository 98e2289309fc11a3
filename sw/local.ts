import type { LocalServer } from '#storage/local-server.ts';
import { registerRoute } from 'workbox-routing';

/** All that a server may be asked with: what it does not take it refuses itself. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Lets `server` answer for all below `base`.
 * @param base absolute URL, ends with `/`
 * @param idle resolves when the work that answers have begun is done: the service worker has to live so long
 */
export function routeLocal(base: string, server: LocalServer, idle: () => Promise<void> = async () => undefined): void {
  for (const method of METHODS) {
    registerRoute(
      ({ url }) => url.href.startsWith(base),
      ({ request, event }) => untilIdle(event, server.answer(request) ?? fetch(request), idle),
      method,
    );
  }
}

/** Most milliseconds that a service worker is kept for work that nobody waits for: a newer build has to wait as long. */
const MAX_IDLE_MS = 5000;

/** Gives what `work` gives, and lets the service worker live on until `idle`, or a few seconds. */
export function untilIdle<T>(event: ExtendableEvent, work: Promise<T>, idle: () => Promise<void>): Promise<T> {
  const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, MAX_IDLE_MS));
  const rest = (): Promise<void> => Promise.race([idle(), late()]);
  event.waitUntil(work.then(rest, rest));
  return work;
}
