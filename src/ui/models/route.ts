import { decodePercent } from '#domain/text/index.ts';

/** What the address bar asks for. */
export type Route =
  | { readonly name: 'shelf' }
  | { readonly name: 'sources' }
  | { readonly name: 'storage' }
  | { readonly name: 'machine'; readonly id: string }
  /** A share link, as it stands in the address; whether it can be understood is for its view to say. */
  | { readonly name: 'link'; readonly fragment: string };

export const SHELF: Route = { name: 'shelf' };
export const SOURCES: Route = { name: 'sources' };
export const STORAGE: Route = { name: 'storage' };
/** Where a link can be pasted. */
export const OPEN_LINK: Route = { name: 'link', fragment: '#/boot' };

/** The route of a URL's hash; what is not understood is the shelf. */
export function parseRoute(hash: string): Route {
  if (hash === '#/sources') return SOURCES;
  if (hash === '#/storage') return STORAGE;
  if (/^#\/boot(?:[/?]|$)/.test(hash)) return { name: 'link', fragment: hash };
  const id = /^#\/machine\/([^/?]+)/.exec(hash)?.[1];
  const decoded = id === undefined ? undefined : decodePercent(id);
  return decoded === undefined ? SHELF : { name: 'machine', id: decoded };
}

/** The hash that leads to a route. */
export function formatRoute(route: Route): string {
  switch (route.name) {
    case 'shelf':
      return '#/';
    case 'sources':
    case 'storage':
      return `#/${route.name}`;
    case 'machine':
      return `#/machine/${encodeURIComponent(route.id)}`;
    case 'link':
      return route.fragment;
  }
}

/** True when both lead to the same view. */
export function sameRoute(a: Route, b: Route): boolean {
  return formatRoute(a) === formatRoute(b);
}
