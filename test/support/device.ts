import type { Digest } from '#domain/container/index.ts';
import type { Content, ContentStore } from '#ports/content-store.ts';
import { MemoryContentStore } from '#storage/index.ts';

/** Where a process ends in the middle of its work. */
export interface CrashPoint {
  /** How many writes it gets done before. */
  readonly writes: number;
  /** Whether the write during which it ends is on the disk afterwards. */
  readonly lastLands: boolean;
}

/** A device that outlives the processes on it: what they wrote before they ended is there for the next. */
export class Device {
  readonly #disk = new MemoryContentStore();
  /** Everything that was ever written, with repetitions. */
  readonly written: Digest[] = [];

  /**
   * The device's store as a new process sees it.
   * @param crash where that process ends; undefined: it lives on
   * @param onCrash hears of it: from then on no call of this process is answered
   */
  open(crash?: CrashPoint, onCrash: () => void = () => undefined): ContentStore {
    let left = crash?.writes ?? Infinity;
    let dead = false;
    const alive = <T>(work: () => Promise<T>): Promise<T> => (dead ? new Promise<T>(() => undefined) : work());
    const put = async (contents: readonly Content[]): Promise<void> => {
      if (left-- > 0) return this.#write(contents);
      dead = true;
      if (crash?.lastLands) await this.#write(contents);
      onCrash();
      return new Promise<void>(() => undefined);
    };
    return {
      get: (digests, options) => alive(() => this.#disk.get(digests, options)),
      missing: (digests) => alive(() => this.#disk.missing(digests)),
      remove: (digests) => alive(() => this.#disk.remove(digests)),
      put: (contents) => alive(() => put(contents)),
    };
  }

  async #write(contents: readonly Content[]): Promise<void> {
    this.written.push(...contents.map(({ digest }) => digest));
    await this.#disk.put(contents);
  }
}
