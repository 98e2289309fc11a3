import { addressForPage, refreshForPage, type AppRoute } from './app-route.ts';
import { fieldValues, withoutFields, type Header, type HeaderList } from './header.ts';
import { withoutHopByHop } from './hop-by-hop.ts';

/** What a page gets of an answer's header fields, and what it does not get. */
export interface PageResponse {
  readonly headers: HeaderList;
  /** Values of Set-Cookie: they go into the machine's jar. */
  readonly setCookies: readonly string[];
  /** True when the server wants all its cookies forgotten. */
  readonly clearsCookies: boolean;
}

/**
 * Fields that act on the whole origin, which is not this server's alone: other machines' pages are there, too. Those that
 * protect one page (Content-Security-Policy, X-Frame-Options, Cross-Origin-*, Permissions-Policy) are never taken away.
 */
const WHOLE_ORIGIN = [
  'alt-svc',
  'clear-site-data',
  'nel',
  'public-key-pins',
  'report-to',
  'service-worker-allowed',
  'strict-transport-security',
];

/**
 * The header fields of a server's answer as a page gets them.
 * @param target what was asked for
 */
export function responseForPage(headers: HeaderList, target: string, route: AppRoute): PageResponse {
  const kept = withoutFields(withoutHopByHop(headers), ['set-cookie', ...WHOLE_ORIGIN]);
  const cleared = fieldValues(headers, 'clear-site-data').join();
  return {
    headers: kept.map(([name, value]): Header => [name, valueForPage(name, value, target, route)]),
    setCookies: fieldValues(headers, 'set-cookie'),
    clearsCookies: /"(?:cookies|\*)"/.test(cleared),
  };
}

function valueForPage(name: string, value: string, target: string, route: AppRoute): string {
  switch (name.toLowerCase()) {
    case 'location':
    case 'content-location':
      return addressForPage(value, target, route);
    case 'refresh':
      return refreshForPage(value, target, route);
    default:
      return value;
  }
}
