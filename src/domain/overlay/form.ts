import { BLOCK_BYTES } from '../disk/index.ts';

/** Offsets within a segment are counted in units of this many bytes: what a device writes at least. */
export const UNIT_BYTES = 512;
/** What a device may damage when it fails in the middle of a write: nothing acknowledged shares a page with what comes later. */
export const PAGE_BYTES = 4096;
/** Entries that a segment holds at most: those of blocks of zeros take no other room. */
export const MAX_ENTRIES = 4096;
/** Segments that a log holds at most: references to their entries are numbers of 32 bits. */
export const MAX_SEGMENTS = 2 ** 20 - 1;
/** Bytes of a segment where nothing else is said. */
export const SEGMENT_BYTES = 1024 * 1024;
/** Bytes of an entry in a segment's table: 8 record, 4 block, 4 sum, 2 mark, 2 offset. */
export const ENTRY_BYTES = 20;

/** In an entry's mark: a bit for each sector that was written, … */
export const ALL_SECTORS = 0xff;
/** … and that the block is all zeros, and has no bytes. */
export const ZERO_BLOCK = 0x100;

/** What the entry of a block takes in its segment. */
export function costOf(mark: number): number {
  return (mark & ZERO_BLOCK) === 0 ? ENTRY_BYTES + BLOCK_BYTES : ENTRY_BYTES;
}

export function alignUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

/** Where an entry is, as one number of 32 bits; 0 is no entry. */
export function referTo(segment: number, entry: number): number {
  return segment * MAX_ENTRIES + entry + 1;
}

export function segmentOf(reference: number): number {
  return Math.floor((reference - 1) / MAX_ENTRIES);
}

export function entryOf(reference: number): number {
  return (reference - 1) % MAX_ENTRIES;
}

/** Bytes and the same memory as words, for checksums. */
export class Page {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  /** @param length a multiple of 4 */
  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
  }
}
