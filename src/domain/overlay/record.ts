import { BLOCK_BYTES } from '../disk/index.ts';
import { alignUp, MAX_ENTRIES, UNIT_BYTES, ZERO_BLOCK, type Page } from './form.ts';
import { FRAME_BYTES, isSameName, isWhole, peek, seal } from './frame.ts';
import type { SegmentName, SegmentTable } from './segment-table.ts';
import { xxh32 } from './xxh32.ts';

/** Bytes of an entry in a record's head: 4 block, 4 sum, 2 mark. */
const HEAD_ENTRY_BYTES = 10;
const BLOCK_WORDS = BLOCK_BYTES / 4;

/** Where in the log a record is, or is to be. */
export interface RecordPlace {
  readonly name: SegmentName;
  /** The record's number. */
  readonly record: number;
  /** Bytes from the segment's beginning. */
  readonly offset: number;
}

/** Bytes of a record before the bytes of its blocks. */
export function headBytes(blocks: number): number {
  return alignUp(FRAME_BYTES + blocks * HEAD_ENTRY_BYTES, UNIT_BYTES);
}

/** XXH32 of the block whose bytes lie at `at`, seeded with its number: the right bytes of another block are wrong ones. */
export function blockSum(words: Int32Array, at: number, block: number): number {
  return xxh32(words, at / 4, at / 4 + BLOCK_WORDS, block);
}

/** Where in `page` a record is put together, and what it will be. */
export interface RecordPlan extends RecordPlace {
  readonly page: Page;
  /** A multiple of UNIT_BYTES. */
  readonly at: number;
  /** How many blocks it will have. */
  readonly blocks: number;
}

/** A record in the making: blocks of one write, the bytes of those that are not all zeros behind a head that names them. */
export class RecordDraft {
  readonly #plan: RecordPlan;
  readonly #table: SegmentTable;
  #count = 0;
  #bytes: number;

  /** @param table takes the entries */
  constructor(plan: RecordPlan, table: SegmentTable) {
    this.#plan = plan;
    this.#table = table;
    this.#bytes = headBytes(plan.blocks);
    plan.page.bytes.fill(0, plan.at, plan.at + this.#bytes);
  }

  /** Bytes of the record so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Where the next block's bytes are to be put before `add`. */
  get slot(): Uint8Array<ArrayBuffer> {
    const at = this.#plan.at + this.#bytes;
    return this.#plan.page.bytes.subarray(at, at + BLOCK_BYTES);
  }

  /** Takes what lies in `slot` as the content of `block`. */
  add(block: number, sectors: number): void {
    const { page, at, blocks, record, offset } = this.#plan;
    const slot = at + this.#bytes;
    const zero = isZero(page.words, slot / 4);
    const sum = zero ? 0 : blockSum(page.words, slot, block);
    const mark = zero ? sectors | ZERO_BLOCK : sectors;
    const entries = at + FRAME_BYTES;
    page.view.setUint32(entries + 4 * this.#count, block, true);
    page.view.setUint32(entries + 4 * (blocks + this.#count), sum, true);
    page.view.setUint16(entries + 8 * blocks + 2 * this.#count, mark, true);
    this.#table.add({ record, block, sum, mark, offset: zero ? 0 : (offset + this.#bytes) / UNIT_BYTES });
    this.#count++;
    if (!zero) this.#bytes += BLOCK_BYTES;
  }

  /** To be called when all its blocks are there. */
  finish(): void {
    const { page, at, blocks, name, record, offset } = this.#plan;
    const frame = { type: 'record', name, count: blocks, record, offset: offset / UNIT_BYTES } as const;
    seal(page, at, blocks * HEAD_ENTRY_BYTES, frame);
  }
}

/**
 * Adds the entries of the record at `at` to `table`.
 * @param page a segment or a part of it; @param place what the record must be
 * @returns the bytes that it takes, or 0 when there is no such record, or not all of it
 */
export function readRecord(page: Page, at: number, place: RecordPlace, table: SegmentTable): number {
  const frame = peek(page, at, 'record');
  if (!frame || !isSameName(frame.name, place.name) || frame.record !== place.record) return 0;
  const { count } = frame;
  if (frame.offset * UNIT_BYTES !== place.offset || count === 0 || table.count + count > MAX_ENTRIES) return 0;
  if (!isWhole(page, at, count * HEAD_ENTRY_BYTES)) return 0;
  const before = table.count;
  const length = addEntries(page, at, count, place, table);
  if (length === 0) table.cut(before);
  return length;
}

function addEntries(page: Page, at: number, count: number, place: RecordPlace, table: SegmentTable): number {
  const { view, words, bytes } = page;
  const entries = at + FRAME_BYTES;
  let length = headBytes(count);
  for (let i = 0; i < count; i++) {
    const block = view.getUint32(entries + 4 * i, true);
    const sum = view.getUint32(entries + 4 * (count + i), true);
    const mark = view.getUint16(entries + 8 * count + 2 * i, true);
    const zero = (mark & ZERO_BLOCK) !== 0;
    if (!zero && (at + length + BLOCK_BYTES > bytes.length || blockSum(words, at + length, block) !== sum)) return 0;
    table.add({ record: place.record, block, sum, mark, offset: zero ? 0 : (place.offset + length) / UNIT_BYTES });
    if (!zero) length += BLOCK_BYTES;
  }
  return length;
}

function isZero(words: Int32Array, from: number): boolean {
  for (let at = from; at < from + BLOCK_WORDS; at++) if (words[at] !== 0) return false;
  return true;
}
