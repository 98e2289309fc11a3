import type { Descriptor } from '#domain/container/index.ts';
import type { AppError } from '#domain/errors/index.ts';
import { ContainerClient, ContentServer, directFetch, loadCompression, memoryStorage } from '#storage/index.ts';

const SCOPE = 'http://app.test/';

/**
 * Opens containers of a catalog without a service worker and without a device, as a machine in a private window does.
 * What was read is there for those that are opened later.
 */
export function directContainers(
  catalogUrl: string,
  onNotice: (error: AppError) => void = () => undefined,
): (manifest: Descriptor) => Promise<ContainerClient> {
  const storage = memoryStorage();
  const directory = { mirrorsOf: () => Promise.resolve([{ catalogUrl }]), report: () => undefined };
  const server = new ContentServer({ scope: SCOPE, storage, directory, compression: loadCompression });
  const fetch = directFetch(() => server);
  return ({ digest: manifest }) =>
    ContainerClient.open({ manifest, sources: [], scope: SCOPE, fetch, contents: storage.contents, onNotice });
}
