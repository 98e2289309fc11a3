import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { HttpClient, type HttpClientConfig } from '#gateway/index.ts';
import { connectLoopback } from './node-connection.ts';
import { portOf } from '../../support/port-of.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

export const REAL_CLOCK: HttpClientConfig['clock'] = {
  now: () => performance.now(),
  after: (delay, callback) => {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/** A client of servers on this machine, closed after the test. */
export function clientOf(limits: HttpClientConfig['limits'] = {}, changes: Partial<HttpClientConfig> = {}): HttpClient {
  const client = new HttpClient({ connect: connectLoopback, clock: REAL_CLOCK, limits, ...changes });
  cleanUp.push(() => client.close());
  return client;
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  cleanUp.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

/** Node's own HTTP server. */
export async function httpServer(listener: RequestListener): Promise<{ port: number; server: HttpServer }> {
  const server = createHttpServer(listener);
  return { server, port: await listen(server) };
}

/** A server of bytes. */
export async function rawServer(accept: (socket: Socket) => void): Promise<number> {
  return listen(createServer({ noDelay: true, allowHalfOpen: true }, accept));
}
