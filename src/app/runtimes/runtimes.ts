import type { Digest } from '#domain/container/index.ts';
import type { RuntimeFiles, RuntimeRequest } from '#ports/package-service.ts';
import type { RuntimeOptions } from '#ports/package-installation.ts';
import type { Containers } from '../containers.ts';
import { startPackageWorker, withWorker } from '../workers.ts';

/** Reads runtimes, in a worker. */
export class Runtimes {
  readonly #containers: Containers;
  readonly #access: () => Pick<RuntimeRequest, 'scope' | 'via'>;

  /** @param access where content is to be asked for, now */
  constructor(containers: Containers, access: () => Pick<RuntimeRequest, 'scope' | 'via'>) {
    this.#containers = containers;
    this.#access = access;
  }

  /** As `Portolan.readRuntime`. */
  async read(manifest: Digest, { onProgress, signal }: RuntimeOptions = {}): Promise<RuntimeFiles> {
    const { entry, mirrors } = await this.#containers.find(manifest, { signal });
    // What is kept of it is shown with the catalog's words when no catalog lists it any more.
    await this.#containers.note(entry, mirrors);
    const request = { manifest, sources: mirrors, ...this.#access() };
    return withWorker(startPackageWorker, (service) =>
      service.readRuntime(request, (share) => onProgress?.(share), { signal }),
    );
  }
}
