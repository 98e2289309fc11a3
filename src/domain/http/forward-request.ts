import type { AppRoute } from './app-route.ts';
import { routePrefix } from './app-route.ts';
import { withoutFields, type HeaderList } from './header.ts';
import { withoutHopByHop } from './hop-by-hop.ts';

/** What is added to a page's request. */
export interface RequestAdditions {
  /** The value of the Cookie field. */
  readonly cookies: string | undefined;
  /** Fields that the user has set for the app: they replace all others of their names. */
  readonly custom: HeaderList;
}

/**
 * Fields that are this side's to say. A page could otherwise pass for another, or get an answer in a coding that no browser
 * undoes any more: what a service worker answers is taken as it is.
 */
const OURS = [
  'accept-encoding',
  'content-length',
  'cookie',
  'forwarded',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-real-ip',
];
/** The page's address as the server sees it: it is on the same device. */
const CLIENT = '127.0.0.1';

/** The header fields of a page's request as the server in the machine gets them. */
export function requestForGuest(headers: HeaderList, route: AppRoute, additions: RequestAdditions): HeaderList {
  const { cookies, custom } = additions;
  const replaced = custom.map(([name]) => name.toLowerCase());
  const own: HeaderList = [...forwarding(route), ...(cookies === undefined ? [] : [cookieField(cookies)])];
  const kept = withoutFields(withoutHopByHop(headers), OURS);
  return [...withoutFields([...own, ...kept], replaced), ...custom];
}

function cookieField(cookies: string): readonly [string, string] {
  return ['Cookie', cookies];
}

/** Host is what the address bar shows, so that the server's own links and its checks of Origin hold. */
function forwarding(route: AppRoute): HeaderList {
  const { hostname, protocol } = new URL(route.origin);
  const host = route.origin.slice(`${protocol}//`.length);
  const port = host === hostname ? (protocol === 'https:' ? '443' : '80') : host.slice(hostname.length + 1);
  const scheme = protocol.slice(0, -1);
  return [
    ['Host', host],
    ['Accept-Encoding', 'identity'],
    ['X-Forwarded-For', CLIENT],
    ['X-Forwarded-Host', host],
    ['X-Forwarded-Port', port],
    ['X-Forwarded-Prefix', routePrefix(route)],
    ['X-Forwarded-Proto', scheme],
    ['Forwarded', `for=${CLIENT};host="${host}";proto=${scheme}`],
  ];
}
