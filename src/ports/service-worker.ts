/** What a page says to the service worker, waiting or active. */
export type ToServiceWorker =
  /** Become the active one now; the user has agreed. */
  | { readonly type: 'SKIP_WAITING' }
  /** Say who you are, on the port that comes with the message. */
  | { readonly type: 'IDENTIFY' }
  | ReachMachine;

/**
 * Find the tab that runs this machine. On the port that comes with the message: the answer of `src/rpc/port-request.ts`,
 * with a port to that tab's `SharedMachine`, or without one when no other tab runs it.
 */
export interface ReachMachine {
  readonly type: 'REACH_MACHINE';
  /** The machine's id. */
  readonly machine: string;
  /** The tab that asks, as its lock names it: whoever answers lets go of what it holds for that tab once it is gone. */
  readonly viewer: string;
}

/** What became of the user's sources. */
export type SourceNews =
  /** What the source `url` lists, how old that is or who signed it has changed: listings have to be read anew. */
  | { readonly type: 'CATALOG_CHANGED'; readonly url: string }
  /** A source came or went, was moved or renamed, or does better or worse than before. */
  | { readonly type: 'SOURCES_CHANGED' };

/** What the service worker says to pages. */
export type FromServiceWorker =
  /** The answer to `IDENTIFY`: `build` is as in BuildInfo. */
  | { readonly type: 'IDENTITY'; readonly build: string }
  | SourceNews
  /** Another tab asks; to be answered in the same way, as long as this tab runs the machine. */
  | ReachMachine;
