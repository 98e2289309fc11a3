import { Deferred } from '#domain/async/index.ts';
import type { Digest } from '#domain/container/index.ts';
import { appsOriginOf, type AppsPlace } from '#domain/http/index.ts';
import type { AppPages } from '#ports/app-pages.ts';
import { Askers, ORIGINS, type ReloadApps } from '#rpc/index.ts';
import type { SharedApps } from './app-share.ts';
import { AppShares, checkTrust } from './app-shares.ts';
import { RelayFrame } from './relay-frame.ts';
import { AppsWorkerBelow } from './worker-below.ts';

/** Milliseconds in which a service worker says how many tabs it has loaded anew. */
const RELOAD_MS = 3000;
/** Tells other tabs that some container is trusted, or no longer is. */
const CHANNEL = 'portolan:trust';

export interface AppsHomeParts {
  /** Absolute URL of the shell, ends with `/`. */
  readonly scope: string;
  /** A machine that runs in this tab; undefined for all others. */
  find(machine: string): SharedApps | undefined;
  isTrusted(container: Digest): Promise<boolean>;
  /** It has turned out where pages are. */
  onSettled(): void;
}

/**
 * Where pages of guests are: at an origin of their own, or below the shell where there is none, or its page does not come, or may
 * have no service worker. Whichever service worker asks for a machine of this tab gets a way to its servers; the one below the
 * shell as long as the user trusts the machine's container.
 */
export class AppsHome {
  readonly #parts: AppsHomeParts;
  readonly #relay: RelayFrame | undefined;
  readonly #below: AppsWorkerBelow;
  readonly #ownOrigin = appsOriginOf(location.origin, ORIGINS);
  readonly #sharesAtOwn = new AppShares();
  readonly #sharesBelow = new AppShares();
  readonly #askersBelow = new Askers((asker) => this.#sharesBelow.end(asker));
  readonly #channel = new BroadcastChannel(CHANNEL);
  #pages: AppPages = 'own';

  constructor(parts: AppsHomeParts) {
    this.#parts = parts;
    this.#below = new AppsWorkerBelow(parts.scope, (message, reply) => {
      void this.#askersBelow.note(message.asker);
      this.#sharesBelow.give(message, parts.find(message.machine), reply, this.#checkTrust);
    });
    this.#relay = this.#ownOrigin === undefined ? undefined : this.#openRelay(this.#ownOrigin);
    if (!this.#relay) void this.#settle(false);
    this.#channel.addEventListener('message', () => void this.#sharesBelow.review());
  }

  /** As `Portolan.appPages`. An origin that may be is taken to be there until that is known. */
  get pages(): AppPages {
    return this.#pages;
  }

  /** Undefined where this window has none. */
  get place(): AppsPlace | undefined {
    const { scope } = this.#parts;
    if (this.#pages === 'own' && this.#ownOrigin !== undefined) return { origin: this.#ownOrigin, base: '' };
    return this.#pages === 'shared'
      ? { origin: location.origin, base: new URL(scope).pathname.slice(0, -1) }
      : undefined;
  }

  /** Loads the tabs anew that show them. @returns how many there are */
  async reload(machine: string, apps?: readonly string[]): Promise<number> {
    const message: ReloadApps = { type: 'RELOAD_APPS', machine, ...(apps && { apps: [...apps] }) };
    const answered = new Deferred<number>();
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }) => answered.resolve(Number(data)));
    port1.start();
    if (this.#pages === 'own') this.#relay?.post(message, port2);
    else await this.#below.post(message, port2);
    const timer = setTimeout(() => answered.resolve(0), RELOAD_MS);
    return answered.promise.finally(() => {
      clearTimeout(timer);
      port1.close();
    });
  }

  /** The user trusts other containers than before. What pages have asked that are no longer trusted is broken off in all tabs. */
  trustChanged(): void {
    this.#channel.postMessage('changed');
    void this.#sharesBelow.review();
  }

  readonly #checkTrust = (machine: SharedApps): Promise<void> =>
    checkTrust(machine, (container) => this.#parts.isTrusted(container));

  #openRelay(origin: string): RelayFrame {
    return new RelayFrame(origin, {
      onUsable: (usable) => void this.#settle(usable),
      onReach: (message, reply) => this.#sharesAtOwn.give(message, this.#parts.find(message.machine), reply, allowAll),
      onEnded: (asker) => this.#sharesAtOwn.end(asker),
    });
  }

  async #settle(usable: boolean): Promise<void> {
    const pages = usable ? 'own' : (await this.#below.install()) ? 'shared' : 'none';
    if (pages === this.#pages) return;
    this.#pages = pages;
    this.#parts.onSettled();
  }
}

async function allowAll(): Promise<void> {}
