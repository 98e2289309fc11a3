/** Where an app is for its pages, and where it is in its machine. */
export interface AppRoute extends AppsPlace {
  /** The machine as the path names it. */
  readonly machine: string;
  /** The port or the app's name, as the path names it. */
  readonly app: string;
  readonly port: number;
}

/** Where the pages of all guests are. */
export interface AppsPlace {
  /** Such as `http://apps.portolan.localhost:8080`; the shell's, where the pages have none of their own. */
  readonly origin: string;
  /** What stands before `/app/` there: empty, or a path without a slash at its end. */
  readonly base: string;
}

/** Names by which a server may call the machine that it is on. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;

/** What stands before all paths of an app, without a slash at the end. */
export function routePrefix({ base, machine, app }: Pick<AppRoute, 'base' | 'machine' | 'app'>): string {
  return `${base}/app/${machine}/${app}`;
}

/**
 * An address that a server gave, as its page has to ask for it: what is the server's own, or another port of its machine, gets
 * the route; what leads elsewhere stays as it is.
 * @param target what was asked for; relative addresses are relative to it
 */
export function addressForPage(address: string, target: string, route: AppRoute): string {
  // Put together, not resolved: a target may begin with two slashes, and its second part is no host.
  const url = URL.parse(address, target.startsWith('/') ? `${route.origin}${target}` : route.origin);
  if (!url || !/^https?:$/.test(url.protocol)) return address;
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (url.origin === route.origin) return isRouted(url.pathname, route) ? path : `${routePrefix(route)}${path}`;
  if (!LOOPBACK.test(url.hostname)) return address;
  const port = url.port === '' ? defaultPort(url.protocol) : Number(url.port);
  const app = port === route.port ? route.app : String(port);
  return `${routePrefix({ ...route, app })}${path}`;
}

/** True for a server that minds X-Forwarded-Prefix, or a page that leads to another app of this machine. */
function isRouted(path: string, { base, machine }: AppRoute): boolean {
  return path.startsWith(`${base}/app/${machine}/`);
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** The value of a Refresh field (HTML Standard, "shared declarative refresh steps") with its address for the page. */
export function refreshForPage(value: string, target: string, route: AppRoute): string {
  const parts = /^(\s*[\d.]+\s*[;,\s]\s*)(?:url\s*=\s*)?(["']?)(.+?)\2\s*$/i.exec(value);
  const [, time, , address] = parts ?? [];
  if (time === undefined || address === undefined) return value;
  return `${time.replaceAll(/[\s;,]/g, '')}; url=${addressForPage(address, target, route)}`;
}
