import { createServer, type RequestListener, type Server } from 'node:http';

/**
 * Reachable from this machine only: what is served has no access control. Browsers try ::1 first for names below
 * localhost; a machine without IPv6 does without.
 */
export const LOOPBACK: readonly [string, ...string[]] = ['127.0.0.1', '::1'];

export interface Listening {
  readonly port: number;
  /** Ends it; open connections are cut, so that a client sees at once that nobody is there. */
  close(): Promise<void>;
}

/**
 * Listens at one port of several addresses: of the first for certain, of the others where they are to be had.
 * @param port 0 takes any free one
 * @throws Error with code `EADDRINUSE` when the port is taken
 */
export async function listenOn(
  [first, ...others]: readonly [string, ...string[]],
  port: number,
  handler: RequestListener,
): Promise<Listening> {
  const server = await listen(handler, first, port);
  const bound = boundPort(server);
  const more = await Promise.all(others.map((host) => listen(handler, host, bound).catch(() => undefined)));
  const servers = [server, ...more.filter((each) => each !== undefined)];
  return { port: bound, close: async () => void (await Promise.all(servers.map(closeServer))) };
}

async function listen(handler: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
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
