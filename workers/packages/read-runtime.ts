import { aroundEffects } from '#domain/packages/archive/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { RuntimeFiles, RuntimeRequest } from '#ports/package-service.ts';
import { RuntimeClient, type Storage } from '#storage/index.ts';
import { contentAccess } from '../kept/content-access.ts';

/** As `PackageService.readRuntime`. */
export async function readRuntime(
  storage: Storage,
  { manifest, sources, ...access }: RuntimeRequest,
  onProgress: (share: number) => void,
  options: Cancellable,
): Promise<RuntimeFiles> {
  const runtime = await RuntimeClient.open({ manifest, sources, ...contentAccess(access, storage) }, options);
  const { config } = runtime;
  let read = 0;
  const onBytes = (bytes: number): void => onProgress(Math.min(1, (read += bytes) / config.contentSize));
  const debs: Blob[] = [];
  for (const each of config.packages) {
    const deb = await runtime.read(each, { ...options, onBytes });
    debs.push(each.effects ? withEffects(deb, await runtime.read(each.effects, { ...options, onBytes })) : deb);
  }
  const template = config.template && (await runtime.read(config.template, { ...options, onBytes }));
  return { config, debs, template };
}

/** The same package with the part that says what setting it up leaves; nothing is copied. */
function withEffects(deb: Blob, effects: Blob): Blob {
  const { before, after } = aroundEffects(deb.size, effects.size);
  return new Blob([deb, before, effects, after]);
}
