import type { Digest, MachineConfig } from '#domain/container/index.ts';
import { machineMemory, memoryBudget } from '#domain/memory/index.ts';
import { ContainerClient, type LocalFetch } from '#storage/index.ts';

export interface ContainerBookParts {
  /** Absolute URL of the app, ends with `/`. */
  readonly scope: string;
  readonly fetch: LocalFetch;
}

/** What machines of each container are like: read from its config once. */
export class ContainerBook {
  readonly #parts: ContainerBookParts;
  readonly #known = new Map<Digest, Promise<MachineConfig>>();

  constructor(parts: ContainerBookParts) {
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
  async memoryOf(manifest: Digest, sources: readonly string[]): Promise<number> {
    return machineMemory((await this.#configOf(manifest, sources)).memory);
  }

  /** Names of the packages that machines of the container come with. Parameters and errors as `memoryOf`. */
  async packagesOf(manifest: Digest, sources: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.#configOf(manifest, sources)).packages.map(({ name }) => name));
  }

  #configOf(manifest: Digest, sources: readonly string[]): Promise<MachineConfig> {
    const known = this.#known.get(manifest) ?? this.#read(manifest, sources);
    this.#known.set(manifest, known);
    known.catch(() => this.#known.delete(manifest));
    return known;
  }

  async #read(manifest: Digest, sources: readonly string[]): Promise<MachineConfig> {
    return (await ContainerClient.open({ ...this.#parts, manifest, sources })).config;
  }
}
