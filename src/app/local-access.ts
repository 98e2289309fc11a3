import type { SourceNews } from '#ports/service-worker.ts';
import { BUILD } from '#rpc/index.ts';
import {
  ApiServer,
  ContentServer,
  directFetch,
  loadCompression,
  serviceWorkerFetch,
  SourceDirectory,
  type LocalFetch,
  type LocalServer,
  type Storage,
} from '#storage/index.ts';
import { Traffic } from './traffic.ts';

export interface LocalAccessParts {
  /** Absolute URL of the app, ends with `/`. */
  readonly scope: string;
  readonly storage: Promise<Storage>;
  /** Hears what the service worker would have told. */
  readonly announce: (news: SourceNews) => void;
}

/**
 * Reaches `c/…` and `api/v1/…`: through the service worker where it controls the page, else in the page's own thread.
 * Which of the two is looked at for each request: a first visit gets its service worker while it goes on.
 */
export class LocalAccess {
  readonly #direct: LocalFetch;
  readonly #viaServiceWorker: LocalFetch;
  readonly #traffic = new Traffic();

  constructor(parts: LocalAccessParts) {
    let server: LocalServer | undefined;
    this.#direct = directFetch(() => (server ??= new PageServer(parts)));
    this.#viaServiceWorker = serviceWorkerFetch(this.#direct);
  }

  readonly fetch: LocalFetch = (request) =>
    this.via === 'service-worker' ? this.#traffic.note(this.#viaServiceWorker(request)) : this.#direct(request);

  /** Resolves when the service worker has not been asked for a moment, or after a few seconds. */
  quiet(): Promise<void> {
    return this.#traffic.quiet();
  }

  /** Who answers now. */
  get via(): 'service-worker' | 'direct' {
    // Undefined in windows that have no service workers, whatever the types say.
    const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
    return container?.controller ? 'service-worker' : 'direct';
  }
}

/** What the service worker answers, in this thread. */
class PageServer implements LocalServer {
  readonly #api: ApiServer;
  readonly #contents: Promise<ContentServer>;

  constructor({ scope, storage, announce }: LocalAccessParts) {
    const store = storage.then(({ sources }) => sources);
    const embeddedUrl = new URL('catalog/catalog.json', scope).href;
    const sources = new SourceDirectory({ store, embeddedUrl, announce });
    this.#api = new ApiServer({ scope, sources, build: BUILD.build });
    this.#contents = storage.then(
      (opened) => new ContentServer({ scope, storage: opened, directory: sources, compression: loadCompression }),
    );
  }

  answer(request: Request): Promise<Response> {
    return this.#api.answer(request) ?? this.#answerContent(request);
  }

  async #answerContent(request: Request): Promise<Response> {
    const answer = (await this.#contents).answer(request);
    return answer ?? Response.error();
  }
}
