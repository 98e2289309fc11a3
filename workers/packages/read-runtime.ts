import { effectsMember } from '#domain/packages/archive/index.ts';
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
  for (const { effects, ...each } of config.packages) {
    const deb = await runtime.read(each, { ...options, onBytes });
    const left = effects && (await runtime.read(effects, { ...options, onBytes }));
    debs.push(left ? new Blob([deb, effectsMember(deb.size, new Uint8Array(await left.arrayBuffer()))]) : deb);
  }
  const template = config.template && (await runtime.read(config.template, { ...options, onBytes }));
  return { config, debs, template };
}
