import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';
import type { SyncFile } from './sync-file.ts';

/** What no manifest begins with. */
const SPOILT = new Uint8Array(1);

/**
 * Two files that are written in turn: while one is being written, the other holds the manifest before. What is saved is
 * on the device when `save` has returned; when it throws, either may be there until another save has succeeded.
 */
export class ManifestSlots {
  readonly #files: readonly [SyncFile, SyncFile];
  /** The one that does not hold the newest. */
  #next: 0 | 1 = 0;
  #generation = 0;
  #settled = true;

  constructor(files: readonly [SyncFile, SyncFile]) {
    this.#files = files;
  }

  /** False when it is not known which manifest is there. */
  get settled(): boolean {
    return this.#settled;
  }

  /**
   * The newest manifest, or undefined when none was ever saved. When it returns, no other one is on the device that was
   * meant to be newer: who reads the log now may write over what that one names.
   * @throws AppError `storage/newer`, `storage/unavailable`
   */
  load(): Manifest | undefined {
    const [first, second] = this.#files.map((file) => decodeManifest(contentOf(file)));
    const newest = (first?.generation ?? 0) > (second?.generation ?? 0) ? first : second;
    this.#next = newest === first ? 1 : 0;
    this.#generation = newest?.generation ?? 0;
    const other = this.#files[this.#next];
    const spoilt = newest !== undefined && (first === undefined || second === undefined);
    if (spoilt && other.size > 0) {
      other.write(0, SPOILT);
      other.flush();
    }
    return newest;
  }

  /** @throws AppError `storage/full`, `storage/unavailable` */
  save(manifest: Omit<Manifest, 'generation'>): void {
    const file = this.#files[this.#next];
    this.#settled = false;
    this.#generation++;
    try {
      file.write(0, encodeManifest({ ...manifest, generation: this.#generation }));
      file.flush();
    } catch (error) {
      spoil(file);
      throw error;
    }
    this.#settled = true;
    this.#next = this.#next === 0 ? 1 : 0;
  }
}

/**
 * A system whose flush failed may go on showing what is not on the device: whoever opens the file next must not take that
 * for the newest manifest, and write over the one that is.
 */
function spoil(file: SyncFile): void {
  try {
    file.write(0, SPOILT);
  } catch {
    // Then the write before has failed, too, and left no whole manifest.
  }
}

function contentOf(file: SyncFile): Uint8Array {
  const bytes = new Uint8Array(file.size);
  return bytes.subarray(0, file.read(0, bytes));
}
