/** What the address bar asks for. */
export type Route = { readonly name: 'shelf' } | { readonly name: 'machine'; readonly id: string };

export const SHELF: Route = { name: 'shelf' };

/** The route of a URL's hash; what is not understood is the shelf. */
export function parseRoute(hash: string): Route {
  const id = /^#\/machine\/([^/?]+)/.exec(hash)?.[1];
  const decoded = id === undefined ? undefined : decode(id);
  return decoded === undefined ? SHELF : { name: 'machine', id: decoded };
}

/** The hash that leads to a route. */
export function formatRoute(route: Route): string {
  return route.name === 'machine' ? `#/machine/${encodeURIComponent(route.id)}` : '#/';
}

/** True when both lead to the same view. */
export function sameRoute(a: Route, b: Route): boolean {
  return formatRoute(a) === formatRoute(b);
}

/** Anyone can type a hash, and decodeURIComponent throws at a lone `%`. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
