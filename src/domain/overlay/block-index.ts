const REGION_BLOCKS = 1024;

/** For each block of a disk the entry that holds its content. Takes 4 KiB for each 4 MiB of the disk that are written to. */
export class BlockIndex {
  readonly #regions: (Uint32Array | undefined)[] = [];

  /** A reference of `referTo`, or 0. */
  get(block: number): number {
    return this.#regions[Math.floor(block / REGION_BLOCKS)]?.[block % REGION_BLOCKS] ?? 0;
  }

  set(block: number, reference: number): void {
    const number = Math.floor(block / REGION_BLOCKS);
    const region = this.#regions[number] ?? new Uint32Array(REGION_BLOCKS);
    this.#regions[number] = region;
    region[block % REGION_BLOCKS] = reference;
  }

  /** Calls `visit` with each reference, in the order of the blocks. */
  forEach(visit: (reference: number) => void): void {
    for (const region of this.#regions) {
      if (region) for (const reference of region) if (reference !== 0) visit(reference);
    }
  }
}
