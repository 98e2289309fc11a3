/** What a page says to the service worker, waiting or active. */
export type ToServiceWorker =
  /** Become the active one now; the user has agreed. */
  | { readonly type: 'SKIP_WAITING' }
  /** Say who you are, on the port that comes with the message. */
  | { readonly type: 'IDENTIFY' };

/** What the service worker says to pages. */
export type FromServiceWorker =
  /** The answer to `IDENTIFY`: `build` is as in BuildInfo. */
  | { readonly type: 'IDENTITY'; readonly build: string }
  /** A newer catalog.json has been put into the cache from which `url` is answered. */
  | { readonly type: 'CATALOG_CHANGED'; readonly url: string };
