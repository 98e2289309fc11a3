import { parseAppPath, type AppPath } from './app-path.ts';
import { LOOPBACK, type AppsPlace } from './app-route.ts';

/** Which server of a machine a page's WebSocket is for. */
export interface SocketDestination {
  readonly app: string;
  /** Undefined where the address has a name instead. */
  readonly port: number | undefined;
  /** Path and query, as the server has them. */
  readonly target: string;
}

/**
 * True for an address of the page's own host, or of one by which a page that believes itself to be on its server's machine
 * calls that. All else is elsewhere: the browser's own WebSocket leads there.
 * @param host of the page, with its port
 */
export function isGuestSocket({ host, hostname }: URL, pageHost: string): boolean {
  return host === pageHost || LOOPBACK.test(hostname);
}

/**
 * The server in the guest that an address of a WebSocket stands for.
 * @param asker the app whose page opens it
 * @param place where apps are
 * @returns undefined for what is another machine's, or no server at all
 */
export function socketDestination(
  url: URL,
  asker: AppPath,
  { origin, base }: AppsPlace,
): SocketDestination | undefined {
  const { pathname, search } = url;
  if (url.host !== new URL(origin).host) {
    const port = Number(url.port || (url.protocol === 'wss:' ? 443 : 80));
    return LOOPBACK.test(url.hostname) ? { app: String(port), port, target: `${pathname}${search}` } : undefined;
  }
  const routed = parseAppPath(pathname, base);
  if (!routed) return { app: asker.app, port: asker.port, target: `${pathname}${search}` };
  if (routed.machine !== asker.machine) return undefined;
  return { app: routed.app, port: routed.port, target: `${routed.path || '/'}${search}` };
}
