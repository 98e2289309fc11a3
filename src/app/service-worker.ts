import type { FromServiceWorker } from '#ports/service-worker.ts';
import * as v from 'valibot';
import { Workbox } from 'workbox-window';

const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('IDENTITY'), build: v.string() }),
  v.object({ type: v.literal('CATALOG_CHANGED'), url: v.string() }),
]);

export interface ServiceWorkerEvents {
  /** A newer build is installed and waits. */
  onWaiting(): void;
  onCatalogChanged(): void;
}

/** The page's side of the service worker: registers it, hears of newer builds, lets one take over when told. */
export class ServiceWorkerLink {
  readonly #workbox: Workbox;

  private constructor(workbox: Workbox) {
    this.#workbox = workbox;
  }

  /**
   * Registers the service worker.
   * @throws what the browser says when it refuses (private windows, blocked site data)
   */
  static async register(url: string, events: ServiceWorkerEvents): Promise<ServiceWorkerLink> {
    const workbox = new Workbox(url, { updateViaCache: 'none' });
    workbox.addEventListener('waiting', () => events.onWaiting());
    workbox.addEventListener('message', ({ data }) => {
      const message = parseMessage(data);
      if (message?.type === 'CATALOG_CHANGED') events.onCatalogChanged();
    });
    await workbox.register({ immediate: true });
    return new ServiceWorkerLink(workbox);
  }

  /** Lets the waiting build take over, then loads it. */
  applyUpdate(): void {
    this.#workbox.addEventListener('controlling', () => location.reload());
    this.#workbox.messageSkipWaiting();
  }

  /** Asks the server whether there is a newer build. */
  async checkForUpdate(): Promise<void> {
    await this.#workbox.update();
  }
}

/** Reads a message; undefined when it is none of ours. */
function parseMessage(data: unknown): FromServiceWorker | undefined {
  const result = v.safeParse(MessageSchema, data);
  return result.success ? result.output : undefined;
}
