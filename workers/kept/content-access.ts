import type { StartRequest } from '#ports/machine-service.ts';
import {
  ContentServer,
  directFetch,
  loadCompression,
  serviceWorkerFetch,
  SourceDirectory,
  type ContentClientParts,
  type LocalServer,
  type Storage,
} from '#storage/index.ts';

/** Most bytes of chunks that a worker's own routes hold: who reads holds what it reads, too. */
const MEMORY_BYTES = 4 * 1024 * 1024;

/** How this thread reads content: what is on the device by itself, the rest through the service worker, or itself where there is none. */
export function contentAccess(
  { scope, via }: Pick<StartRequest, 'scope' | 'via'>,
  storage: Storage,
): Pick<ContentClientParts, 'scope' | 'fetch' | 'contents'> {
  let server: LocalServer | undefined;
  const direct = directFetch(() => (server ??= contentServer(scope, storage)));
  const fetch = via === 'service-worker' ? serviceWorkerFetch(direct) : direct;
  return { scope, fetch, contents: storage.contents };
}

function contentServer(scope: string, storage: Storage): LocalServer {
  const directory = new SourceDirectory({
    store: Promise.resolve(storage.sources),
    embeddedUrl: new URL('catalog/catalog.json', scope).href,
    // Pages hear of their sources from whoever answers them about sources.
    announce: () => undefined,
  });
  return new ContentServer({ scope, storage, directory, compression: loadCompression, memoryBytes: MEMORY_BYTES });
}
