import type { SourceNews } from '#ports/service-worker.ts';
import * as v from 'valibot';
import { Workbox } from 'workbox-window';

const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('CATALOG_CHANGED'), url: v.string() }),
  v.object({ type: v.literal('SOURCES_CHANGED') }),
]);

/** The page around the link. */
export interface ServiceWorkerLinkParts {
  /** A newer build is installed and waits. */
  onWaiting(): void;
  onSourceNews(news: SourceNews): void;
  /** Resolves when the page has asked the service worker nothing for a moment. */
  quiet(): Promise<void>;
}

/** The page's side of the service worker: registers it, hears of newer builds, lets one take over when told. */
export class ServiceWorkerLink {
  readonly #workbox: Workbox;
  readonly #page: ServiceWorkerLinkParts;

  /** @param url of the service worker's script */
  constructor(url: string, page: ServiceWorkerLinkParts) {
    this.#page = page;
    this.#workbox = new Workbox(url, { updateViaCache: 'none' });
    this.#workbox.addEventListener('waiting', () => page.onWaiting());
    this.#workbox.addEventListener('message', ({ data }) => {
      const message = parseMessage(data);
      if (message) page.onSourceNews(message);
    });
  }

  /**
   * Registers the service worker.
   * @throws what the browser says when it refuses (private windows, blocked site data)
   */
  async register(): Promise<void> {
    await this.#workbox.register({ immediate: true });
  }

  /**
   * Lets the waiting build take over, then loads it. What is asked while the older service worker ends starts it once more: it
   * then stays for half a minute, for five minutes with developer tools open, and the newer one waits (seen in Chromium 156).
   */
  async applyUpdate(): Promise<void> {
    await this.#page.quiet();
    this.#workbox.addEventListener('controlling', () => location.reload());
    this.#workbox.messageSkipWaiting();
  }

  /** Asks the server whether there is a newer build. */
  async checkForUpdate(): Promise<void> {
    await this.#workbox.update();
  }
}

/** Reads news of sources; undefined when it is none: questions of other tabs are for src/app/tabs. */
function parseMessage(data: unknown): SourceNews | undefined {
  const result = v.safeParse(MessageSchema, data);
  return result.success ? result.output : undefined;
}
