import { staticHandler } from './handler.ts';
import { HOME_HOST } from './home-host.ts';
import { listenOn, LOOPBACK } from './listen.ts';
import type { Site } from './site.ts';

export interface ServerOptions extends Site {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address to listen on; without one, the loopback. */
  readonly host?: string | undefined;
}

export interface RunningServer {
  /** Where a browser finds it: `http://portolan.localhost:PORT/`, or the address that was asked for. */
  readonly url: string;
  readonly port: number;
  /** Ends it; open connections are cut, so that a client sees at once that nobody is there. */
  close(): Promise<void>;
}

/**
 * Serves folders on the loopback, or where it is told to.
 * @throws Error with code `EADDRINUSE` when the port is taken
 */
export async function startServer({ port, host, ...site }: ServerOptions): Promise<RunningServer> {
  const listening = await listenOn(host === undefined ? LOOPBACK : [host], port, staticHandler(site));
  return { ...listening, url: `http://${urlHost(host ?? HOME_HOST)}:${listening.port}/` };
}

/** IPv6 addresses stand in brackets. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
