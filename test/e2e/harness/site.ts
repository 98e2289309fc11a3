import { startServer, type RunningServer } from '../../../cli/serve/server.ts';

/** Our own server over a build, at one port for as long as a test lasts, so that the origin stays the same. */
export class Site {
  #server: RunningServer;
  #running = true;

  private constructor(server: RunningServer) {
    this.#server = server;
  }

  /** Serves a folder on any free port. */
  static async open(root: string): Promise<Site> {
    return new Site(await startServer({ root, port: 0 }));
  }

  /** `http://portolan.localhost:PORT/` */
  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return this.#server.port;
  }

  /** False between `stop` and `deploy`. */
  get running(): boolean {
    return this.#running;
  }

  /** The server is gone: nobody listens at its port. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#server.close();
  }

  /** Serves this folder from now on, at the same address. */
  async deploy(root: string): Promise<void> {
    if (this.#running) await this.stop();
    this.#server = await startServer({ root, port: this.port });
    this.#running = true;
  }
}
