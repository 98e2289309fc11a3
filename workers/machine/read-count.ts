import type { ReadOrigin } from '#storage/index.ts';

/** Where the bytes of a container came from that its machine has read. */
export class ReadCount {
  readonly #bytes: Record<ReadOrigin, number> = { device: 0, network: 0 };

  add(origin: ReadOrigin, bytes: number): void {
    this.#bytes[origin] += bytes;
  }

  /** A line for the machine's log. */
  get words(): string {
    const { device, network } = this.#bytes;
    return `portolan: read ${megabytes(device)} of the container from this device, ${megabytes(network)} from servers`;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
