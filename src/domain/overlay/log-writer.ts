import { BLOCK_BYTES, sectorMask } from '../disk/index.ts';
import type { DiskContent } from './disk-content.ts';
import { alignUp, MAX_ENTRIES, Page, PAGE_BYTES, referTo } from './form.ts';
import type { LogFile } from './log-file.ts';
import { headBytes, RecordDraft } from './record.ts';
import { encodeTable, SEGMENT_HEAD_BYTES, tableBytes, tableOffset, writeSegmentHead } from './segment-form.ts';
import { SegmentTable, type SegmentName } from './segment-table.ts';
import type { Segments } from './segments.ts';

/** The segment that the log grows in. */
interface Growing {
  readonly segment: number;
  readonly name: SegmentName;
  readonly table: SegmentTable;
  readonly firstRecord: number;
  /** Where the next record begins. */
  end: number;
}

interface Write {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Bytes before the record in the page. */
  readonly head: number;
  readonly blocks: number;
}

/** Appends what a guest writes. */
export class LogWriter {
  readonly #file: LogFile;
  readonly #segments: Segments;
  readonly #content: DiskContent;
  readonly #incarnation: number;
  readonly #page: Page;
  #nextId = 0;
  #nextRecord: number;
  #growing: Growing | undefined;
  /** A write failed: what lies behind the last record is not known, so nothing may follow there. */
  #spoiled = false;

  constructor(
    parts: { file: LogFile; segments: Segments; content: DiskContent },
    incarnation: number,
    nextRecord: number,
  ) {
    this.#file = parts.file;
    this.#segments = parts.segments;
    this.#content = parts.content;
    this.#incarnation = incarnation;
    this.#nextRecord = nextRecord;
    this.#page = new Page(parts.file.segmentBytes);
  }

  /** The number of the next record. */
  get nextRecord(): number {
    return this.#nextRecord;
  }

  /** The first record that lies in no sealed segment. */
  get firstUnsealed(): number {
    return this.#growing?.firstRecord ?? this.#nextRecord;
  }

  /** True when the next write begins a segment. */
  get atSegmentEnd(): boolean {
    return this.#growing === undefined || roomIn(this.#growing, this.#file.segmentBytes) < 1;
  }

  /** A name that no other segment has. */
  newName(): SegmentName {
    return { incarnation: this.#incarnation, id: this.#nextId++ };
  }

  /**
   * Writes as many blocks from the first on as fit into one record, and returns how many bytes that were. When it throws,
   * nothing has changed.
   */
  write(start: number, bytes: Uint8Array): number {
    if (this.atSegmentEnd || this.#spoiled) this.seal();
    const growing = (this.#growing ??= this.#begin());
    const before = growing.table.count;
    // A segment's own head goes to the device with its first record.
    const head = before === 0 ? SEGMENT_HEAD_BYTES : 0;
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor((start + bytes.length - 1) / BLOCK_BYTES);
    const blocks = Math.min(last - first + 1, roomIn(growing, this.#file.segmentBytes));
    const length = Math.min(bytes.length, (first + blocks) * BLOCK_BYTES - start);
    try {
      const recordBytes = this.#compose({ start, bytes: bytes.subarray(0, length), head, blocks }, growing);
      if (head > 0) writeSegmentHead(this.#page, 0, { kind: 'log', ...growing });
      this.#file.write(growing.segment, growing.end - head, this.#page.bytes.subarray(0, head + recordBytes));
      growing.end += recordBytes;
    } catch (error) {
      growing.table.cut(before);
      this.#giveUp(growing);
      throw error;
    }
    this.#nextRecord++;
    for (let i = 0; i < blocks; i++) this.#content.put(referTo(growing.segment, before + i));
    return length;
  }

  /** Called when all is on the device: what follows shares no page with it. */
  flushed(): void {
    if (this.#growing && this.#growing.table.count > 0) this.#growing.end = alignUp(this.#growing.end, PAGE_BYTES);
  }

  /** Ends the growing segment, whose table is written behind it. When it throws, nothing has changed. */
  seal(): void {
    const growing = this.#growing;
    if (!growing || growing.table.count === 0) return;
    const tableAt = tableOffset(growing.end);
    this.#file.write(growing.segment, tableAt, encodeTable(growing.table).bytes);
    this.#segments.seal(growing.segment, tableAt);
    this.#growing = undefined;
    this.#spoiled = false;
  }

  #begin(): Growing {
    const name = this.newName();
    const table = new SegmentTable(name);
    const segment = this.#segments.freePlace();
    this.#segments.add(segment, table);
    return { segment, name, table, firstRecord: this.#nextRecord, end: SEGMENT_HEAD_BYTES };
  }

  /** After a write that failed: another segment goes on, at another place if there is nothing in this one. */
  #giveUp({ segment, table }: Growing): void {
    this.#spoiled = table.count > 0;
    if (this.#spoiled) return;
    this.#segments.drop(segment);
    this.#growing = undefined;
  }

  /** Puts a record together behind `head` bytes of the page, and its entries into the table. Returns its bytes. */
  #compose({ start, bytes, head, blocks }: Write, { name, table, end }: Growing): number {
    const place = { name, record: this.#nextRecord, offset: end };
    const draft = new RecordDraft({ page: this.#page, at: head, blocks, ...place }, table);
    for (let at = 0; at < bytes.length;) {
      const block = Math.floor((start + at) / BLOCK_BYTES);
      const within = (start + at) % BLOCK_BYTES;
      const length = Math.min(BLOCK_BYTES - within, bytes.length - at);
      // Sectors that this write leaves out are taken over from before.
      if (length < BLOCK_BYTES) draft.slot.set(this.#content.read(block));
      draft.slot.set(bytes.subarray(at, at + length), within);
      draft.add(block, this.#content.sectors(block) | sectorMask(within, length));
      at += length;
    }
    draft.finish();
    return draft.bytes;
  }
}

/** Blocks that fit into a segment with all that belongs to them, also when all have bytes. */
function roomIn({ table, end }: Growing, segmentBytes: number): number {
  let blocks = Math.min(Math.floor((segmentBytes - end) / BLOCK_BYTES), MAX_ENTRIES - table.count);
  const endWith = (more: number): number =>
    tableOffset(end + headBytes(more) + more * BLOCK_BYTES) + tableBytes(table.count + more);
  while (blocks > 0 && endWith(blocks) > segmentBytes) blocks--;
  return Math.max(blocks, 0);
}
