import { AppError } from '#domain/errors/index.ts';
import { V86Engine } from '#engines/v86/index.ts';
import { loadBrowserAssets } from '#engines/v86/browser-assets.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Engine } from '#ports/engine.ts';
import { openStorage, type Storage } from '#storage/index.ts';

/** What a machine's worker works with. */
export interface Environment {
  readonly engine: Engine;
  readonly storage: Storage;
}

/** Loads the engine and the storage, side by side. @throws AppError `app/*`, `source/*` */
export async function loadEnvironment(options: Cancellable): Promise<Environment> {
  if (typeof WebAssembly === 'undefined') throw new AppError('app/no-webassembly');
  const [assets, storage] = await Promise.all([loadBrowserAssets(options), openStorage()]);
  return { engine: new V86Engine(assets), storage };
}
