import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import type { OverlayLog } from '#domain/overlay/index.ts';

const SECTORS_PER_BLOCK = BLOCK_BYTES / SECTOR_BYTES;
/** In a state: a sector that was never written, and one that holds a mixture. Stamps are not negative. */
const UNWRITTEN = -1;
const MIXED = -2;

/** For each sector of a disk the number that it is filled with; 0 is a sector of zeros. */
export type State = Int32Array;
export type Checkpoints = ReadonlyMap<string, State>;

/** A part of a write that lies in one block: what a log may lose or keep as a whole. */
interface BlockWrite {
  readonly firstSector: number;
  readonly sectors: number;
  readonly stamp: number;
}

/** What an operation that has not ended well may yet have made of the disk. */
interface Attempt {
  /** Undefined when the disk stays what its writes made it. */
  readonly state: State | undefined;
  readonly checkpoints: Checkpoints;
  /** Writes that are on the device if it has. */
  readonly writes: number;
}

/** What a disk must hold, and the states that it may be in after a crash. */
export class DiskModel {
  readonly sectors: number;
  checkpoints: Checkpoints = new Map();
  #base: State;
  #writes: BlockWrite[] = [];
  #attempts: Attempt[] = [];

  constructor(sectors: number) {
    this.sectors = sectors;
    this.#base = new Int32Array(sectors).fill(UNWRITTEN);
  }

  /** After all that was written, whether it will survive or not. */
  get state(): State {
    return this.#after(this.#writes.length);
  }

  write(firstSector: number, sectors: number, stamp: number): void {
    for (let sector = firstSector; sector < firstSector + sectors;) {
      const length = Math.min(SECTORS_PER_BLOCK - (sector % SECTORS_PER_BLOCK), firstSector + sectors - sector);
      this.#writes.push({ firstSector: sector, sectors: length, stamp });
      sector += length;
    }
  }

  /** From now on the disk may turn out to be so. */
  attempt(change: { readonly state?: State; readonly checkpoints?: Checkpoints }): void {
    const { state, checkpoints = this.checkpoints } = change;
    this.#attempts.push({ state, checkpoints, writes: this.#writes.length });
  }

  /** An operation ended well: none that failed before it will come to light. */
  settle(): void {
    this.#attempts = [];
  }

  /** All that was written must survive; so must this. */
  acknowledge(change: { readonly state?: State; readonly checkpoints?: Checkpoints } = {}): void {
    this.#base = change.state ?? this.state;
    this.#writes = [];
    this.checkpoints = change.checkpoints ?? this.checkpoints;
    this.settle();
  }

  /**
   * Takes what a log holds after a crash for the truth.
   * @throws Error when it can hold no such thing
   */
  recover(found: State, ids: readonly string[]): void {
    const current: Attempt = { state: undefined, checkpoints: this.checkpoints, writes: 0 };
    const fitting = [current, ...this.#attempts].find((attempt) => this.#fits(attempt, found, ids));
    if (!fitting) throw new Error(`the disk is in no state that was written: ${this.#describe(found, ids)}`);
    this.acknowledge({ state: found, checkpoints: fitting.checkpoints });
  }

  #fits({ state, checkpoints, writes }: Attempt, found: State, ids: readonly string[]): boolean {
    if (ids.join() !== [...checkpoints.keys()].join()) return false;
    if (state) return isEqual(found, state);
    const reached = this.#after(writes);
    for (let count = writes; !isEqual(found, reached); count++) {
      const next = this.#writes[count];
      if (!next) return false;
      fill(reached, next);
    }
    return true;
  }

  #after(count: number): State {
    const state = this.#base.slice();
    for (let i = 0; i < count; i++) fill(state, this.#writes[i]!);
    return state;
  }

  #describe(found: State, ids: readonly string[]): string {
    const differences = (state: State): string =>
      [...found.keys()]
        .filter((sector) => found[sector] !== state[sector])
        .map((sector) => `${sector}: ${found[sector]}, not ${state[sector]}`)
        .join('; ');
    return `against what was acknowledged ${differences(this.#base)}; against all ${differences(this.state)}; checkpoints ${ids.join()} for ${[...this.checkpoints.keys()].join()}`;
  }
}

/** Sectors filled with a stamp. */
export function stamped(sectors: number, stamp: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Int32Array((sectors * SECTOR_BYTES) / 4).fill(stamp).buffer);
}

/** What a log holds. */
export function stateOf(log: OverlayLog, sectors: number): State {
  // Where the log lays nothing over it, the base reads as UNWRITTEN.
  const words = new Int32Array((sectors * SECTOR_BYTES) / 4).fill(UNWRITTEN);
  log.apply(0, new Uint8Array(words.buffer));
  const wordsPerSector = SECTOR_BYTES / 4;
  return Int32Array.from({ length: sectors }, (_, sector) => {
    const first = sector * wordsPerSector;
    const stamp = words[first]!;
    for (let at = first; at < first + wordsPerSector; at++) if (words[at] !== stamp) return MIXED;
    return stamp;
  });
}

function fill(state: State, { firstSector, sectors, stamp }: BlockWrite): void {
  state.fill(stamp, firstSector, firstSector + sectors);
}

export function isEqual(a: State, b: State): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
