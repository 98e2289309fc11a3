import { costOf, ENTRY_BYTES } from './form.ts';

/** Records appended by the guest, or blocks that compaction has put together. */
export type SegmentKind = 'log' | 'packed';

/** Names a segment's content: a number is used once in an incarnation, and an incarnation is one opening of the log. */
export interface SegmentName {
  readonly incarnation: number;
  readonly id: number;
}

const FIRST_CAPACITY = 64;

/**
 * What a segment holds: an entry for each block, in typed arrays, so that a gigabyte of writes has 250 000 entries in five
 * megabytes and no objects.
 */
export class SegmentTable {
  readonly name: SegmentName;
  count = 0;
  /** Bytes of the entries that the disk or a checkpoint needs. */
  live = 0;
  #columns: Columns;
  /** Entries that a checkpoint needs. */
  #pinned: Uint8Array;

  constructor(
    name: SegmentName,
    capacity = FIRST_CAPACITY,
    columns = new Columns(new ArrayBuffer(capacity * ENTRY_BYTES)),
  ) {
    this.name = name;
    this.#columns = columns;
    this.#pinned = new Uint8Array(columns.capacity);
  }

  /** The table whose columns are these bytes. @param bytes `count` times ENTRY_BYTES, at a multiple of 8 of their buffer */
  static of(name: SegmentName, bytes: Uint8Array<ArrayBuffer>): SegmentTable {
    const table = new SegmentTable(name, 0, new Columns(bytes.slice().buffer));
    table.count = table.#columns.capacity;
    return table;
  }

  record(entry: number): number {
    return this.#columns.records[entry] ?? 0;
  }

  block(entry: number): number {
    return this.#columns.blocks[entry] ?? 0;
  }

  /** XXH32 of the block's bytes, seeded with its number. */
  sum(entry: number): number {
    return this.#columns.sums[entry] ?? 0;
  }

  mark(entry: number): number {
    return this.#columns.marks[entry] ?? 0;
  }

  /** In units, from the segment's beginning. */
  offset(entry: number): number {
    return this.#columns.offsets[entry] ?? 0;
  }

  isPinned(entry: number): boolean {
    return this.#pinned[entry] === 1;
  }

  pin(entry: number): void {
    this.#pinned[entry] = 1;
  }

  unpinAll(): void {
    this.#pinned.fill(0);
  }

  cost(entry: number): number {
    return costOf(this.mark(entry));
  }

  add(entry: Entry): void {
    if (this.count === this.#columns.capacity) this.#grow();
    const { records, blocks, sums, marks, offsets } = this.#columns;
    records[this.count] = entry.record;
    blocks[this.count] = entry.block;
    sums[this.count] = entry.sum;
    marks[this.count] = entry.mark;
    offsets[this.count] = entry.offset;
    this.count++;
  }

  /** Forgets the entries from this one on. */
  cut(count: number): void {
    this.count = count;
  }

  /** Writes the columns, each cut to `count`, one after the other: `count` times ENTRY_BYTES. */
  writeTo(target: Uint8Array): void {
    let at = 0;
    for (const column of this.#columns.all) {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, this.count * column.BYTES_PER_ELEMENT);
      target.set(bytes, at);
      at += bytes.length;
    }
  }

  #grow(): void {
    const larger = new Columns(new ArrayBuffer(Math.max(FIRST_CAPACITY, this.#columns.capacity * 2) * ENTRY_BYTES));
    for (const [i, column] of larger.all.entries()) column.set(this.#columns.all[i] ?? []);
    this.#columns = larger;
    const pinned = new Uint8Array(larger.capacity);
    pinned.set(this.#pinned);
    this.#pinned = pinned;
  }
}

export interface Entry {
  readonly record: number;
  readonly block: number;
  readonly sum: number;
  readonly mark: number;
  readonly offset: number;
}

/** The columns of a table in one buffer, those of wide elements first, as their alignment wants. */
class Columns {
  readonly capacity: number;
  readonly records: Float64Array;
  readonly blocks: Uint32Array;
  readonly sums: Uint32Array;
  readonly marks: Uint16Array;
  readonly offsets: Uint16Array;

  constructor(buffer: ArrayBuffer) {
    const n = Math.floor(buffer.byteLength / ENTRY_BYTES);
    this.capacity = n;
    this.records = new Float64Array(buffer, 0, n);
    this.blocks = new Uint32Array(buffer, 8 * n, n);
    this.sums = new Uint32Array(buffer, 12 * n, n);
    this.marks = new Uint16Array(buffer, 16 * n, n);
    this.offsets = new Uint16Array(buffer, 18 * n, n);
  }

  get all(): readonly (Float64Array | Uint32Array | Uint16Array)[] {
    return [this.records, this.blocks, this.sums, this.marks, this.offsets];
  }
}
