import { createServer, type RequestListener, type Server } from 'node:http';
import { staticHandler } from './handler.ts';
import { HOME_HOST } from './home-host.ts';

export interface ServerOptions {
  /** The folder whose files are served. */
  readonly root: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface RunningServer {
  /** Where a browser finds it: `http://portolan.localhost:PORT/`. */
  readonly url: string;
  readonly port: number;
  /** Ends it; open connections are cut, so that a client sees at once that nobody is there. */
  close(): Promise<void>;
}

/** Reachable from this machine only: what is served has no access control. */
const IPV4 = '127.0.0.1';
const IPV6 = '::1';

/**
 * Serves a folder on the loopback.
 * @throws Error with code `EADDRINUSE` when the port is taken
 */
export async function startServer({ root, port }: ServerOptions): Promise<RunningServer> {
  const handler = staticHandler(root);
  const first = await listen(handler, IPV4, port);
  const servers = [first.server];
  // Browsers try ::1 first for names below localhost; a machine without IPv6 does without.
  const second = await listen(handler, IPV6, first.port).catch(() => undefined);
  if (second !== undefined) servers.push(second.server);
  return {
    url: `http://${HOME_HOST}:${first.port}/`,
    port: first.port,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
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
