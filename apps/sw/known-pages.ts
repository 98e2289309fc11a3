import type { AppPath } from '#domain/http/index.ts';
import { appOfClient } from './app-of-client.ts';
import type { Place } from './place.ts';

/** As far as a service worker has to tell who asks. */
export interface KnowsClients {
  readonly clients: { get(id: string): Promise<{ readonly url: string } | undefined> };
}

export type Asking = Pick<FetchEvent, 'clientId' | 'request'>;

/** Pages that are remembered: more than anybody has open, and little memory. */
const MOST = 200;

/**
 * Which app a page is of, by the page's id. A page stays what it was made as, and asking the browser is a question to another
 * process; so each is asked about once.
 */
export class KnownPages {
  readonly #worker: KnowsClients;
  readonly #place: Place;
  readonly #apps = new Map<string, AppPath>();

  constructor(worker: KnowsClients, place: Place) {
    this.#worker = worker;
    this.#place = place;
  }

  /** The app whose page asks. A page that is being left for another has no id, and is named by the referrer alone. */
  async askerOf({ clientId, request }: Asking): Promise<AppPath | undefined> {
    const known = this.#apps.get(clientId);
    if (known) return known;
    const client = clientId === '' ? undefined : await this.#worker.clients.get(clientId);
    const app = appOfClient(client?.url ?? request.referrer, this.#place);
    if (client && app) this.#remember(clientId, app);
    return app;
  }

  #remember(id: string, app: AppPath): void {
    this.#apps.set(id, app);
    const [oldest] = this.#apps.keys();
    if (this.#apps.size > MOST && oldest !== undefined) this.#apps.delete(oldest);
  }
}
