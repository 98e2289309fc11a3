import type { CatalogEntry } from '#domain/container/index.ts';
import { directFetch, loadCompression } from '#storage/index.ts';
import { ContainerShelf } from '#storage/content/container-shelf.ts';
import { ContentServer } from '#storage/content/content-server.ts';
import { memoryStorage } from '#storage/open.ts';
import { SCOPE } from '../storage/support/content-fixture.ts';
import { ListedMirrors, SteppedPacing } from '../storage/support/directory.ts';
import { BlobServer } from './blob-server.ts';

/** A server that has a catalog's files, and a device that knows of the server: how it reads one of the runtimes there. */
export async function runtimeDevice(files: ReadonlyMap<string, Uint8Array>, { manifest }: CatalogEntry) {
  const server = await BlobServer.start(files);
  const storage = memoryStorage();
  const directory = new ListedMirrors(server.catalogUrl);
  const pacing = new SteppedPacing();
  const content = new ContentServer({ scope: SCOPE, storage, directory, compression: loadCompression, pacing });
  const parts = {
    scope: SCOPE,
    fetch: directFetch(() => content),
    manifest: manifest.digest,
    sources: [],
    contents: storage.contents,
  };
  return { server, storage, parts, shelf: new ContainerShelf(storage) };
}
