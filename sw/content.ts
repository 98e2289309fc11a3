import {
  ContentServer,
  loadCompression,
  type LocalServer,
  type SourceDirectory,
  type Storage,
} from '#storage/index.ts';
import { routeLocal } from './local.ts';

/** Answers at `c/`: content of containers, verified, from the device or from whoever has it. */
export function routeContent(
  worker: ServiceWorkerGlobalScope,
  storage: Promise<Storage>,
  directory: SourceDirectory,
): void {
  const { scope } = worker.registration;
  const server = storage.then(
    (opened) => new ContentServer({ scope, storage: opened, directory, compression: loadCompression }),
  );
  routeLocal(new URL('c/', scope).href, whenOpen(server));
}

/** Routes are there as soon as the script has run, storage a little later. */
function whenOpen(server: Promise<LocalServer>): LocalServer {
  return { answer: async (request) => (await (await server).answer(request)) ?? fetch(request) };
}
