import type { MirrorDirectory } from '#ports/sources.ts';
import { ContentServer, loadCompression, type Storage } from '#storage/index.ts';
import { routeLocal } from './local.ts';

/** Answers at `c/`: verified content of containers. */
export function routeContent(
  worker: ServiceWorkerGlobalScope,
  directory: MirrorDirectory,
  storage: Promise<Storage>,
): void {
  const { scope } = worker.registration;
  const opening = storage.then((opened) => {
    return new ContentServer({ scope, storage: opened, directory, compression: loadCompression });
  });
  const answer = async (request: Request): Promise<Response> => {
    return (await (await opening).answer(request)) ?? Response.error();
  };
  routeLocal(new URL('c/', scope).href, { answer }, async () => (await opening).idle());
}
