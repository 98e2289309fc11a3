import { shellOriginOf, type AppsPlace } from '#domain/http/index.ts';
import { ORIGINS } from '#rpc/index.ts';

/** Where a service worker of apps is, and who can tell it which tab runs a machine. */
export interface Place extends AppsPlace {
  /** Absolute URL of the shell, ends with `/`. */
  readonly shell: string;
  /** True for a window that can be asked. */
  knowsTabs(window: Pick<WindowClient, 'url' | 'frameType'>): boolean;
}

/** At an origin that has nothing but pages of guests. Only the shell can have the relay's frames: see own-files.ts. */
export function ownOrigin(worker: Pick<ServiceWorkerGlobalScope, 'location'>): Place {
  const { origin } = worker.location;
  return {
    origin,
    base: '',
    shell: `${shellOriginOf(origin, ORIGINS)}/`,
    knowsTabs: ({ url, frameType }) => frameType === 'nested' && new URL(url).pathname === '/relay.html',
  };
}

/** Below the shell, at its own origin: its tabs are asked themselves. */
export function belowShell(worker: Pick<ServiceWorkerGlobalScope, 'location'>): Place {
  const { href, origin } = new URL('.', worker.location.href);
  const { pathname } = new URL(href);
  return {
    origin,
    base: pathname.slice(0, -1),
    shell: href,
    knowsTabs: ({ url }) => [href, `${href}index.html`].includes(url.split(/[?#]/, 1)[0] ?? ''),
  };
}
