/** What a page says to the service worker, waiting or active. */
export type ToServiceWorker =
  /** Become the active one now; the user has agreed. */
  | { readonly type: 'SKIP_WAITING' }
  /** Say who you are, on the port that comes with the message. */
  | { readonly type: 'IDENTIFY' };

/** What became of the user's sources. */
export type SourceNews =
  /** What the source `url` lists, how old that is or who signed it has changed: listings have to be read anew. */
  | { readonly type: 'CATALOG_CHANGED'; readonly url: string }
  /** A source came or went, was moved or renamed, or does better or worse than before. */
  | { readonly type: 'SOURCES_CHANGED' };

/** What the service worker says to pages. */
export type FromServiceWorker =
  /** The answer to `IDENTIFY`: `build` is as in BuildInfo. */
  { readonly type: 'IDENTITY'; readonly build: string } | SourceNews;
