import { signal, type ReadonlySignal } from '@preact/signals';
import { formatRoute, parseRoute, sameRoute, type Route } from '#ui/models/route.ts';

/** The window's address as signals: the route in the hash, the debug switch in the query. */
export class Navigation {
  readonly #route = signal<Route>(parseRoute(location.hash));
  readonly #debug = signal(hasDebug());
  readonly #abort = new AbortController();
  #moved = false;
  /** Where the latest change leads; `route` follows in the transition's own time. */
  #target: Route = this.#route.peek();

  constructor() {
    const options = { signal: this.#abort.signal };
    addEventListener('hashchange', () => this.#follow(), options);
    addEventListener('popstate', () => this.#follow(), options);
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  get moved(): boolean {
    return this.#moved;
  }

  get debug(): ReadonlySignal<boolean> {
    return this.#debug;
  }

  /** Going where the page is already adds nothing to the history. */
  go(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
    if (sameRoute(route, this.#target)) return;
    if (replace) this.#replace(route);
    else {
      history.pushState(null, '', formatRoute(route));
      this.#follow();
    }
  }

  setDebug(open: boolean): void {
    const url = new URL(location.href);
    if (open) url.searchParams.set('debug', '');
    else url.searchParams.delete('debug');
    history.replaceState(null, '', url);
    this.#debug.value = open;
  }

  dispose(): void {
    this.#abort.abort();
  }

  /** The page was opened for this view: it comes without a transition, and does not take the focus. */
  #replace(route: Route): void {
    history.replaceState(null, '', formatRoute(route));
    this.#target = route;
    this.#route.value = route;
  }

  #follow(): void {
    this.#debug.value = hasDebug();
    const next = parseRoute(location.hash);
    if (sameRoute(next, this.#target)) return;
    this.#target = next;
    this.#moved = true;
    transition(() => (this.#route.value = next));
  }
}

function hasDebug(): boolean {
  return new URLSearchParams(location.search).has('debug');
}

/** Shows the change as a view transition where the browser has them and the user does not mind motion. */
function transition(change: () => void): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (calm || document.visibilityState === 'hidden' || !('startViewTransition' in document)) change();
  else {
    const { ready } = document.startViewTransition(() => {
      change();
      return rendered();
    });
    // It rejects when a newer transition takes over, or the window is hidden: the change itself has happened.
    ready.catch(() => undefined);
  }
}

/** Preact renders in a microtask after a signal changed; a macrotask later the new view is in the page. */
function rendered(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
