import type { Cancellable } from '#ports/cancellation.ts';
import type { StartRequest } from '#ports/machine-service.ts';
import {
  ContainerClient,
  ContentServer,
  directFetch,
  loadCompression,
  serviceWorkerFetch,
  SourceDirectory,
  type ContentClientParts,
  type LocalServer,
  type Storage,
} from '#storage/index.ts';

/** Most bytes of chunks that this thread's own routes hold: the machine's disk holds what it reads, too. */
const MEMORY_BYTES = 4 * 1024 * 1024;

/** Who hears of what happens while the container is read. */
export type ContainerListeners = Pick<ContentClientParts, 'onNotice' | 'onRead'>;

/**
 * Opens the container of a machine: what is on the device is read by this thread, the rest by the service worker, or by
 * this thread where there is none.
 * @throws AppError `container/unavailable`, `source/*`, `chunk/digest-mismatch`, `format/invalid`
 */
export function openContainer(
  { manifest: { digest }, sources, scope, via }: StartRequest,
  storage: Storage,
  { onNotice, onRead }: ContainerListeners,
  options: Cancellable,
): Promise<ContainerClient> {
  let server: LocalServer | undefined;
  const direct = directFetch(() => (server ??= contentServer(scope, storage)));
  const fetch = via === 'service-worker' ? serviceWorkerFetch(direct) : direct;
  return ContainerClient.open(
    { manifest: digest, sources, scope, fetch, contents: storage.contents, onNotice, onRead },
    options,
  );
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
