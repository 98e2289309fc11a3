import type { MirrorDirectory } from '#ports/sources.ts';
import { ContentServer, loadCompression, type Storage } from '#storage/index.ts';
import { routeLocal } from './local.ts';
import type { OwnFiles } from './shell.ts';

/** Answers at `c/`: verified content of containers. */
export function routeContent(
  worker: ServiceWorkerGlobalScope,
  directory: MirrorDirectory,
  storage: Promise<Storage>,
  files: OwnFiles,
): void {
  const { scope } = worker.registration;
  // The server that the app came from may be gone while another is asked for chunks.
  const compression = () => loadCompression(async () => (await files.find(/\/zstd[^/]*\.wasm$/))?.blob());
  const opening = storage.then((opened) => {
    return new ContentServer({ scope, storage: opened, directory, compression });
  });
  const answer = async (request: Request): Promise<Response> => {
    return (await (await opening).answer(request)) ?? Response.error();
  };
  routeLocal(new URL('c/', scope).href, { answer }, async () => (await opening).idle());
}
