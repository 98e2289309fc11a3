import { BLOCK_BYTES, SECTOR_BYTES } from '../disk/index.ts';
import type { DiskEntry } from './disk-copy.ts';
import { contains, type Span } from './history.ts';

/** Bytes to be written somewhere on a disk. */
export interface DiskWrite {
  readonly start: number;
  readonly bytes: Uint8Array;
}

const ZEROS = new Uint8Array(BLOCK_BYTES);
const SECTORS = BLOCK_BYTES / SECTOR_BYTES;

/** Lays over a base what a disk consists of, from blocks that come in any order, those of its checkpoints among them. */
export class DiskAssembly {
  readonly #bytes: number;
  readonly #spans: readonly Span[];
  /** The newest record of each block so far. */
  readonly #newest = new Map<number, number>();

  /** @param spans the records that the disk consists of */
  constructor({ bytes, head }: { readonly bytes: number; readonly head: readonly Span[] }) {
    this.#bytes = bytes;
    this.#spans = head;
  }

  /** What to write now; nothing for a block of another state. @throws RangeError when the disk has no such block */
  *add({ record, block, sectors, bytes = ZEROS }: DiskEntry): Generator<DiskWrite, void> {
    // One of a checkpoint may lie beyond the end of a disk that was smaller.
    const isOfDisk = contains({ spans: this.#spans, since: Infinity }, record);
    if (!isOfDisk || record < (this.#newest.get(block) ?? 0)) return;
    const start = block * BLOCK_BYTES;
    if (start >= this.#bytes) throw new RangeError(`the disk has no block ${block}`);
    this.#newest.set(block, record);
    for (const [from, to] of runsOf(sectors)) {
      const end = Math.min(to * SECTOR_BYTES, this.#bytes - start);
      yield { start: start + from * SECTOR_BYTES, bytes: bytes.subarray(from * SECTOR_BYTES, end) };
    }
  }
}

/** Runs of sectors that were written, from … up to but not with … */
function* runsOf(sectors: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < SECTORS; from++) {
    if ((sectors & (1 << from)) === 0) continue;
    let to = from + 1;
    while (to < SECTORS && (sectors & (1 << to)) !== 0) to++;
    yield [from, to];
    from = to;
  }
}
