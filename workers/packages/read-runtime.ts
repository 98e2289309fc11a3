import { aroundMember, EFFECTS_MEMBER, LIST_MEMBER } from '#domain/packages/archive/index.ts';
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
    let deb = await runtime.read(each, { ...options, onBytes });
    for (const [name, place] of [[EFFECTS_MEMBER, each.effects] as const, [LIST_MEMBER, each.files] as const])
      if (place) deb = withMember(deb, name, await runtime.read(place, { ...options, onBytes }));
    debs.push(deb);
  }
  const template = config.template && (await runtime.read(config.template, { ...options, onBytes }));
  return { config, debs, template };
}

/** The same package with one more part; nothing is copied. */
function withMember(deb: Blob, name: string, content: Blob): Blob {
  const { before, after } = aroundMember(name, deb.size, content.size);
  return new Blob([deb, before, content, after]);
}
