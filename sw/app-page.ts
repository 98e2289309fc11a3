import { parseAppPath, routePrefix } from '#domain/http/index.ts';

/**
 * The absolute address that a page of a guest means to lead to; undefined for all other pages, and for what is a guest's already.
 * @param base what stands before `/app/`, as in `AppsPlace`
 */
export function appPageFor(referrer: string, url: URL, base: string): string | undefined {
  const from = URL.parse(referrer);
  const asker = from?.origin === url.origin ? parseAppPath(from.pathname, base) : undefined;
  if (!asker || url.pathname.startsWith(`${base}/app/`)) return undefined;
  return `${url.origin}${routePrefix({ ...asker, base })}${url.pathname}${url.search}`;
}
