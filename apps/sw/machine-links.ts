import { AppError } from '#domain/errors/index.ts';
import type { AppService } from '#ports/app-service.ts';
import { BUILD, connect, requestPortOfAny, type Connection } from '#rpc/index.ts';

/** Ways to the tabs that run machines. Kept while the browser lets the service worker live, and found again afterwards. */
export class MachineLinks {
  /** This run of the service worker. It holds a lock of this name, which tells others that it has ended: nothing else does. */
  readonly asker = crypto.randomUUID();
  readonly #worker: ServiceWorkerGlobalScope;
  readonly #links = new Map<string, Promise<Connection<AppService> | undefined>>();

  constructor(worker: ServiceWorkerGlobalScope) {
    this.#worker = worker;
    void worker.navigator.locks.request(this.asker, () => new Promise(() => undefined));
  }

  /**
   * Has the tab that runs a machine do something.
   * @throws AppError `app/asleep` when none does, `rpc/*`; what `work` throws
   */
  async use<T>(machine: string, work: (service: AppService) => Promise<T>): Promise<T> {
    try {
      const service = await this.#find(machine);
      if (!service) throw new AppError('app/asleep', { machine });
      return await work(service);
    } catch (error) {
      const failure = AppError.from(error);
      // It was suspended, or its tab closed, before or while it was asked.
      const sleeps = failure.code === 'machine/not-running' || failure.code === 'rpc/closed';
      // It may have moved to another tab.
      if (sleeps || failure.code.startsWith('rpc/')) this.#links.delete(machine);
      throw sleeps ? new AppError('app/asleep', { machine }) : failure;
    }
  }

  async #find(machine: string): Promise<AppService | undefined> {
    const link = this.#links.get(machine) ?? this.#begin(machine);
    try {
      const connection = await link;
      if (!connection) this.#links.delete(machine);
      return connection?.service;
    } catch (error) {
      this.#links.delete(machine);
      throw error;
    }
  }

  #begin(machine: string): Promise<Connection<AppService> | undefined> {
    const link = this.#connect(machine);
    this.#links.set(machine, link);
    return link;
  }

  async #connect(machine: string): Promise<Connection<AppService> | undefined> {
    const port = await this.#ask(machine);
    if (!port) return undefined;
    const gone = new AbortController();
    // Where browsers tell that the tab is gone.
    port.addEventListener('close', () => {
      gone.abort();
      this.#links.delete(machine);
    });
    port.start();
    return connect<AppService>(port, { build: BUILD, peer: 'tab that runs this machine', gone: gone.signal });
  }

  /** Only the shell can have such frames: see own-files.ts. */
  async #ask(machine: string): Promise<MessagePort | undefined> {
    const windows = await this.#worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const relays = windows.filter(({ url, frameType }) => {
      return frameType === 'nested' && new URL(url).pathname === '/relay.html';
    });
    return requestPortOfAny(relays, { type: 'REACH_APPS', machine, asker: this.asker });
  }
}
