import { createServer, type RequestListener, type Server } from 'node:http';
import { staticHandler } from './handler.ts';
import { HOME_HOST } from './home-host.ts';
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

/** Reachable from this machine only, unless told otherwise: what is served has no access control. */
const IPV4 = '127.0.0.1';
const IPV6 = '::1';

/**
 * Serves folders on the loopback, or where it is told to.
 * @throws Error with code `EADDRINUSE` when the port is taken
 */
export async function startServer({ port, host, ...site }: ServerOptions): Promise<RunningServer> {
  const handler = staticHandler(site);
  const first = await listen(handler, host ?? IPV4, port);
  const servers = [first.server];
  // Browsers try ::1 first for names below localhost; a machine without IPv6 does without.
  const second = host === undefined ? await listen(handler, IPV6, first.port).catch(() => undefined) : undefined;
  if (second !== undefined) servers.push(second.server);
  return {
    url: `http://${urlHost(host ?? HOME_HOST)}:${first.port}/`,
    port: first.port,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** IPv6 addresses stand in brackets. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function listen(handler: RequestListener, host: string, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { server, port: boundPort(server) };
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
