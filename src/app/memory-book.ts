import type { Digest } from '#domain/container/index.ts';
import { machineMemory, memoryBudget } from '#domain/memory/index.ts';
import { ContainerClient, type LocalFetch } from '#storage/index.ts';

export interface MemoryBookParts {
  /** Absolute URL of the app, ends with `/`. */
  readonly scope: string;
  readonly fetch: LocalFetch;
}

/** How much memory machines of each container take: read from its config once. */
export class MemoryBook {
  readonly #parts: MemoryBookParts;
  readonly #known = new Map<Digest, Promise<number>>();

  constructor(parts: MemoryBookParts) {
    this.#parts = parts;
  }

  /** What this device can spare for machines, in bytes. */
  get budget(): number {
    // Only Chromium says, and no type knows of it.
    const device: unknown = Reflect.get(navigator, 'deviceMemory');
    return memoryBudget(typeof device === 'number' ? device : undefined);
  }

  /**
   * Bytes that a machine of the container takes while it runs.
   * @param sources catalogs that may have it, beside those of the user's sources
   * @throws AppError as ContainerClient.open
   */
  of(manifest: Digest, sources: readonly string[]): Promise<number> {
    const known = this.#known.get(manifest) ?? this.#read(manifest, sources);
    this.#known.set(manifest, known);
    known.catch(() => this.#known.delete(manifest));
    return known;
  }

  async #read(manifest: Digest, sources: readonly string[]): Promise<number> {
    return machineMemory((await ContainerClient.open({ ...this.#parts, manifest, sources })).config.memory);
  }
}
