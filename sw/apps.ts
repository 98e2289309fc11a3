import { registerRoute } from 'workbox-routing';
import { appPageFor } from './app-page.ts';

/** All that a page goes to another with: links, and forms. */
const METHODS = ['GET', 'POST'] as const;

/**
 * Where pages of guests are below the app (there is no other origin for them), a service worker of their own answers for them:
 * apps/sw/below-shell.ts. What they lead to with an address at the root (`/about.html`) comes here all the same, because it is
 * outside of its scope, and is sent back to where it belongs. Has to stand before the routes of the app itself.
 */
export function routeAppPages(scope: string): void {
  const base = new URL(scope).pathname.slice(0, -1);
  for (const method of METHODS) {
    registerRoute(
      ({ request, url }) => request.mode === 'navigate' && appPageFor(request.referrer, url, base) !== undefined,
      async ({ request, url }) => Response.redirect(appPageFor(request.referrer, url, base) ?? url, 307),
      method,
    );
  }
}
