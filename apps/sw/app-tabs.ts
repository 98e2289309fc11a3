import { ReloadAppsSchema, type ReloadApps } from '#rpc/index.ts';
import * as v from 'valibot';
import { appOfClient } from './app-of-client.ts';
import type { Place } from './place.ts';

/** As far as a service worker has to know its tabs. */
interface KnowsTabs {
  readonly clients: {
    matchAll(options: { readonly type: 'window' }): Promise<readonly Pick<WindowClient, 'url' | 'navigate'>[]>;
  };
}

/** A message of a window, or of something else. */
interface Said {
  readonly data: unknown;
  readonly source: object | Pick<WindowClient, 'url' | 'frameType'> | null;
  readonly ports: readonly Pick<MessagePort, 'postMessage'>[];
}

/** The tabs that show apps, which the shell may have loaded anew. */
export class AppTabs {
  readonly #worker: KnowsTabs;
  readonly #place: Place;

  constructor(worker: KnowsTabs, place: Place) {
    this.#worker = worker;
    this.#place = place;
  }

  /** What guests' pages say is not listened to. */
  async answer({ data, source, ports: [reply] }: Said): Promise<void> {
    const message = v.safeParse(ReloadAppsSchema, data);
    if (!message.success || !source || !('frameType' in source) || !this.#place.knowsTabs(source)) return;
    reply?.postMessage(await this.#reload(message.output));
  }

  async #reload({ machine, apps }: ReloadApps): Promise<number> {
    const shown = (await this.#worker.clients.matchAll({ type: 'window' })).filter(({ url }) => {
      const app = appOfClient(url, this.#place);
      return app?.machine === machine && (apps?.includes(app.app) ?? true);
    });
    // One that is closed meanwhile, or that the browser lets nobody move, is not counted.
    const moved = await Promise.all(shown.map((tab) => tab.navigate(tab.url).catch(() => undefined)));
    return moved.filter((tab) => tab !== undefined).length;
  }
}
