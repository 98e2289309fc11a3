import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { logging, server as wisp } from '@mercuryworkshop/wisp-js/server';
import { portOf } from './port-of.ts';

/** The one name that relays of tests resolve: this device. */
export const ISLE = 'isle.test';

/** A relay as others run one (wisp-js), on the loopback. It resolves `ISLE`, and lets itself be switched off and on. */
export class RelayServer {
  readonly #sockets = new Set<Duplex>();
  #server: Server | undefined;
  #port = 0;

  static async open(): Promise<RelayServer> {
    logging.set_level(logging.NONE);
    wisp.options.allow_loopback_ips = true;
    wisp.options.dns_method = (name) =>
      name === ISLE ? Promise.resolve('127.0.0.1') : Promise.reject(new Error(`${name} is nowhere`));
    const relay = new RelayServer();
    await relay.start();
    return relay;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/`;
  }

  /** At the port that it had before, if any. */
  async start(): Promise<void> {
    const server = createServer((_, response) => response.writeHead(404).end());
    server.on('upgrade', (request, socket, head) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      wisp.routeRequest(request, socket, head);
    });
    await new Promise<void>((resolve) => void server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = portOf(server);
  }

  /** Breaks off what it has open, as when it crashes. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}
