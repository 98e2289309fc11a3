import { BLOCK_BYTES, isWritten, SECTOR_BYTES } from '../disk/index.ts';
import { AppError } from '../errors/index.ts';
import { BlockIndex } from './block-index.ts';
import { ALL_SECTORS, entryOf, MAX_ENTRIES, Page, referTo, segmentOf, UNIT_BYTES, ZERO_BLOCK } from './form.ts';
import { contains, type History } from './history.ts';
import type { LogFile } from './log-file.ts';
import { blockSum } from './record.ts';
import type { Segments } from './segments.ts';
import type { SegmentTable } from './segment-table.ts';

/** A run of blocks that lie behind each other on the device as on the disk. */
interface Run {
  readonly reference: number;
  readonly blocks: number;
}

/** Which entry holds which block of the disk, and which entries nobody needs any more. */
export class DiskContent {
  readonly #segments: Segments;
  readonly #file: LogFile;
  readonly #block = new Page(BLOCK_BYTES);
  #index = new BlockIndex();
  #live = 0;

  constructor(segments: Segments, file: LogFile) {
    this.#segments = segments;
    this.#file = file;
  }

  /** Bytes of all entries that the disk or a checkpoint needs. */
  get live(): number {
    return this.#live;
  }

  /** The sectors of a block that were written, as bits. */
  sectors(block: number): number {
    const reference = this.#index.get(block);
    return reference === 0 ? 0 : this.#markOf(reference) & ALL_SECTORS;
  }

  /** True when every sector of the range was written. */
  covers(start: number, length: number): boolean {
    return isWritten(start, length, (block) => this.sectors(block));
  }

  /** Lays the written sectors of the range over `target`, which holds the base's bytes from `start` on. */
  apply(start: number, target: Uint8Array): void {
    const end = start + target.length;
    for (let at = start; at < end;) {
      const block = Math.floor(at / BLOCK_BYTES);
      const run = this.#runAt(block, start, target);
      if (run) this.#readRun(run, block, target.subarray(at - start, at - start + run.blocks * BLOCK_BYTES));
      else this.#applyBlock(block, start, target);
      at = (block + (run?.blocks ?? 1)) * BLOCK_BYTES;
    }
  }

  /** The bytes of a block, zeros where no sector was written. Overwritten by the next call. */
  read(block: number): Uint8Array {
    const reference = this.#index.get(block);
    const { bytes } = this.#block;
    if (reference === 0 || (this.#markOf(reference) & ZERO_BLOCK) !== 0) return bytes.fill(0);
    const table = this.#segments.table(segmentOf(reference));
    this.#file.readAll(segmentOf(reference), table.offset(entryOf(reference)) * UNIT_BYTES, bytes);
    this.#check(this.#block.words, 0, reference);
    return bytes;
  }

  /** Takes an entry for the newest content of its block. */
  put(reference: number): void {
    const table = this.#segments.table(segmentOf(reference));
    const entry = entryOf(reference);
    this.#release(this.#index.get(table.block(entry)));
    this.#index.set(table.block(entry), reference);
    this.#count(table, table.cost(entry));
  }

  /** The disk or a checkpoint needs this entry. */
  needs(reference: number): boolean {
    const table = this.#segments.table(segmentOf(reference));
    const entry = entryOf(reference);
    return table.isPinned(entry) || this.#index.get(table.block(entry)) === reference;
  }

  /** The entry at `from` has been copied to `to`. */
  move(from: number, to: number): void {
    const old = this.#segments.table(segmentOf(from));
    const table = this.#segments.table(segmentOf(to));
    const block = old.block(entryOf(from));
    if (old.isPinned(entryOf(from))) table.pin(entryOf(to));
    if (this.#index.get(block) === from) this.#index.set(block, to);
    const cost = table.cost(entryOf(to));
    old.live -= cost;
    table.live += cost;
  }

  /** A checkpoint needs what the disk consists of now. */
  pin(): void {
    this.#index.forEach((reference) => this.#segments.table(segmentOf(reference)).pin(entryOf(reference)));
  }

  /** Finds anew what belongs to the disk and to its checkpoints. */
  rebuild(head: History, checkpoints: readonly History[]): void {
    this.#segments.forEach((table) => table.unpinAll());
    for (const checkpoint of checkpoints) {
      this.#index = this.#indexOf(checkpoint);
      this.pin();
    }
    this.#index = this.#indexOf(head);
    this.#live = 0;
    this.#segments.forEach((table, segment) => {
      table.live = 0;
      for (let entry = 0; entry < table.count; entry++) {
        if (this.needs(referTo(segment, entry))) this.#count(table, table.cost(entry));
      }
    });
  }

  #indexOf(history: History): BlockIndex {
    const index = new BlockIndex();
    this.#segments.forEach((table, segment) => {
      for (let entry = 0; entry < table.count; entry++) {
        const block = table.block(entry);
        const record = table.record(entry);
        if (contains(history, record) && record > this.#recordOf(index.get(block))) {
          index.set(block, segment * MAX_ENTRIES + entry + 1);
        }
      }
    });
    return index;
  }

  #recordOf(reference: number): number {
    return reference === 0 ? -1 : this.#segments.table(segmentOf(reference)).record(entryOf(reference));
  }

  #markOf(reference: number): number {
    return this.#segments.table(segmentOf(reference)).mark(entryOf(reference));
  }

  /** The blocks from this one on that can be read at once into `target`, which begins at `start`; undefined when it cannot. */
  #runAt(block: number, start: number, target: Uint8Array): Run | undefined {
    const at = block * BLOCK_BYTES - start;
    const most = Math.floor((target.length - at) / BLOCK_BYTES);
    const reference = this.#index.get(block);
    // Words have to lie at multiples of four of their buffer.
    if (at < 0 || most < 1 || reference === 0 || (target.byteOffset + at) % 4 !== 0) return undefined;
    const table = this.#segments.table(segmentOf(reference));
    let blocks = 0;
    while (
      blocks < most &&
      this.#index.get(block + blocks) === reference + blocks &&
      follows(table, reference, blocks)
    ) {
      blocks++;
    }
    return blocks === 0 ? undefined : { reference, blocks };
  }

  #readRun({ reference, blocks }: Run, block: number, target: Uint8Array): void {
    const segment = segmentOf(reference);
    this.#file.readAll(segment, this.#segments.table(segment).offset(entryOf(reference)) * UNIT_BYTES, target);
    const words = new Int32Array(target.buffer, target.byteOffset, target.length / 4);
    for (let i = 0; i < blocks; i++) this.#check(words, i * BLOCK_BYTES, this.#index.get(block + i));
  }

  #applyBlock(block: number, start: number, target: Uint8Array): void {
    const sectors = this.sectors(block);
    if (sectors === 0) return;
    const bytes = this.read(block);
    for (let sector = 0; sector < BLOCK_BYTES / SECTOR_BYTES; sector++) {
      const at = block * BLOCK_BYTES + sector * SECTOR_BYTES - start;
      if ((sectors & (1 << sector)) === 0 || at < 0 || at >= target.length) continue;
      target.set(bytes.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES), at);
    }
  }

  #check(words: Int32Array, at: number, reference: number): void {
    const table = this.#segments.table(segmentOf(reference));
    const block = table.block(entryOf(reference));
    if (blockSum(words, at, block) === table.sum(entryOf(reference))) return;
    throw new AppError('storage/damaged', { detail: `block ${block} is not what was written` });
  }

  #release(reference: number): void {
    if (reference === 0) return;
    const table = this.#segments.table(segmentOf(reference));
    if (!table.isPinned(entryOf(reference))) this.#count(table, -table.cost(entryOf(reference)));
  }

  #count(table: SegmentTable, bytes: number): void {
    table.live += bytes;
    this.#live += bytes;
  }
}

/** True when the entry `blocks` behind `reference` is whole, and lies right behind those before it. */
function follows(table: SegmentTable, reference: number, blocks: number): boolean {
  const first = entryOf(reference);
  const entry = first + blocks;
  const offset = table.offset(first) + (blocks * BLOCK_BYTES) / UNIT_BYTES;
  return entry < table.count && table.mark(entry) === ALL_SECTORS && table.offset(entry) === offset;
}
