import { AppError } from '#domain/errors/index.ts';
import type { AppService, AppTab } from '#ports/app-service.ts';
import { BUILD, connect, holdLife, requestPortOfAny, type Connection, type ReachApps } from '#rpc/index.ts';
import type { Place } from './place.ts';

/** Milliseconds between two looks whether the tab is still there. Its ports do not tell. */
const LOOK_MS = 1000;

/** A window that may know a machine. */
interface KnownWindow extends Pick<WindowClient, 'id' | 'url' | 'frameType'> {
  postMessage(message: ReachApps, transfer: Transferable[]): void;
}

/** As far as a service worker has to know its windows. */
interface KnowsWindows {
  readonly clients: {
    matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly KnownWindow[]>;
    get(id: string): Promise<object | undefined>;
  };
}

/** A way to a machine's worker. */
interface Link extends Connection<AppService> {
  /** Aborted when it leads nowhere any more. */
  readonly gone: AbortSignal;
}

/**
 * Ways to the workers of machines: the tab of each has its worker answer here, and tells when that is over. Kept while the browser
 * lets the service worker live, and found again afterwards.
 */
export class MachineLinks {
  /** This run of the service worker. It holds a lock of this name, which tells others that it has ended: nothing else does. */
  readonly #asker: string = holdLife();
  readonly #worker: KnowsWindows;
  readonly #place: Place;
  readonly #links = new Map<string, Promise<Link | undefined>>();

  constructor(worker: KnowsWindows, place: Place) {
    this.#worker = worker;
    this.#place = place;
  }

  /**
   * Has a machine's worker do something.
   * @param work also has the signal of the worker's end, for what goes on after an answer
   * @throws AppError `app/asleep` when none does, `rpc/*`; what `work` throws
   */
  async use<T>(machine: string, work: (service: AppService, gone: AbortSignal) => Promise<T>): Promise<T> {
    try {
      const link = await this.#find(machine);
      if (!link) throw new AppError('app/asleep', { machine });
      return await work(link.service, link.gone);
    } catch (error) {
      const failure = AppError.from(error);
      // It was suspended, or its tab closed, before or while it was asked.
      const sleeps = failure.code === 'machine/not-running' || failure.code === 'rpc/closed';
      // It may have moved to another tab.
      if (sleeps || failure.code.startsWith('rpc/')) this.#links.delete(machine);
      if (failure.code === 'rpc/closed') await this.#throwIfUntrusted(machine);
      throw sleeps ? new AppError('app/asleep', { machine }) : failure;
    }
  }

  /** Why a way was closed, the tab says when it is asked again. */
  async #throwIfUntrusted(machine: string): Promise<void> {
    await this.#find(machine).catch((error: unknown) => {
      const failure = AppError.from(error);
      if (failure.code === 'app/untrusted') throw failure;
    });
  }

  async #find(machine: string): Promise<Link | undefined> {
    const link = this.#links.get(machine) ?? this.#begin(machine);
    try {
      const found = await link;
      if (!found) this.#links.delete(machine);
      return found;
    } catch (error) {
      this.#links.delete(machine);
      throw error;
    }
  }

  #begin(machine: string): Promise<Link | undefined> {
    const link = this.#connect(machine);
    this.#links.set(machine, link);
    return link;
  }

  async #connect(machine: string): Promise<Link | undefined> {
    const answer = await this.#ask(machine);
    if (!answer) return undefined;
    const ending = new AbortController();
    const gone = ending.signal;
    this.#watch(answer.from, ending);
    try {
      const tab = await connect<AppTab>(answer.port, { build: BUILD, peer: 'tab that runs this machine', gone });
      const { port1, port2 } = new MessageChannel();
      await tab.service.openApps(port2);
      const end = (): void => ending.abort();
      tab.service.ended().then(end, end);
      gone.addEventListener('abort', () => this.#links.delete(machine));
      return { ...(await connect<AppService>(port1, { build: BUILD, peer: 'machine’s worker', gone })), gone };
    } catch (error) {
      ending.abort();
      throw error;
    }
  }

  /** Ends what leads to a window that is no longer there. */
  #watch({ id }: KnownWindow, ending: AbortController): void {
    const timer = setInterval(() => {
      void this.#worker.clients.get(id).then((window) => window ?? ending.abort());
    }, LOOK_MS);
    ending.signal.addEventListener('abort', () => clearInterval(timer));
  }

  async #ask(machine: string): Promise<{ readonly port: MessagePort; readonly from: KnownWindow } | undefined> {
    const windows = await this.#worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const asked = windows.filter((window) => this.#place.knowsTabs(window));
    const message: ReachApps = { type: 'REACH_APPS', machine, asker: this.#asker };
    return requestPortOfAny(asked, message);
  }
}
