import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { isAppsHost } from '#domain/http/index.ts';
import { isNavigation } from './home-host.ts';
import type { Site, SitePath } from './site.ts';

/** Its own few files; all else is for its service worker to answer. */
const OWN_FILES = /^\/(?:sw\.js|(?:relay|start)\.html|portolan\/[^/]+)$/;

/** True for a request to the host of apps. */
export function isForApps({ origins }: Site, { headers }: IncomingMessage): boolean {
  return isAppsHost(headers.host?.toLowerCase() ?? '', origins);
}

/**
 * The file that answers at the host of apps. A page that gets here has no service worker yet: it gets the one that installs it.
 * A guest's script never does, or it could become a service worker itself.
 */
export function appsFile({ root }: Site, request: IncomingMessage, path: string): SitePath {
  const isPage = !OWN_FILES.test(path) && isNavigation(request);
  return { root: join(root, 'apps'), path: isPage ? '/start.html' : path };
}
