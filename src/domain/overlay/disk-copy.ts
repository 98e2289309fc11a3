import { BLOCK_BYTES } from '../disk/index.ts';
import { AppError } from '../errors/index.ts';
import type { LogParts } from './compaction.ts';
import { ALL_SECTORS, MAX_ENTRIES, Page, referTo, SEGMENT_BYTES, UNIT_BYTES, ZERO_BLOCK } from './form.ts';
import type { Span } from './history.ts';
import { LogFile } from './log-file.ts';
import { ManifestSlots } from './manifest-slots.ts';
import type { Checkpoint, DiskIdentity, Manifest } from './manifest.ts';
import type { OverlayFiles } from './overlay-log.ts';
import { blockSum } from './record.ts';
import { encodeTable, SEGMENT_HEAD_BYTES, tableBytes, tableOffset, writeSegmentHead } from './segment-form.ts';
import { SegmentTable } from './segment-table.ts';

/** A block as a record wrote it. */
export interface DiskEntry {
  readonly record: number;
  readonly block: number;
  /** A bit for each sector that was ever written. */
  readonly sectors: number;
  /** BLOCK_BYTES; undefined where all are zeros. */
  readonly bytes: Uint8Array | undefined;
}

/** What a disk and its checkpoints consist of, beside the blocks themselves. */
export interface DiskOutline {
  readonly disk: DiskIdentity;
  /** As in a checkpoint, of the disk now. */
  readonly grownTo?: number | undefined;
  /** Of the record that is written next. */
  readonly nextRecord: number;
  /** The records that the disk consists of. */
  readonly head: readonly Span[];
  readonly checkpoints: readonly Checkpoint[];
  /** How many blocks the disk and its checkpoints need. */
  readonly entries: number;
}

/** How many blocks the disk or a checkpoint needs. */
export function countNeeded({ segments, content }: LogParts): number {
  let count = 0;
  segments.forEach((table, segment) => {
    for (let entry = 0; entry < table.count; entry++) if (content.needs(referTo(segment, entry))) count++;
  });
  return count;
}

/**
 * The blocks that the disk or a checkpoint needs, each once, in no order. Nothing may be written meanwhile.
 * @throws AppError `storage/damaged`, `storage/unavailable`
 */
export function* neededEntries({ file, segments, content }: LogParts): Generator<DiskEntry> {
  for (let segment = 0; segment < segments.end; segment++) {
    const table = segments.find(segment);
    for (let entry = 0; entry < (table?.count ?? 0); entry++) {
      if (table && content.needs(referTo(segment, entry))) yield entryAt(file, segment, table, entry);
    }
  }
}

function entryAt(file: LogFile, segment: number, table: SegmentTable, entry: number): DiskEntry {
  const [block, mark] = [table.block(entry), table.mark(entry)];
  const place = { record: table.record(entry), block, sectors: mark & ALL_SECTORS };
  if ((mark & ZERO_BLOCK) !== 0) return { ...place, bytes: undefined };
  const page = new Page(BLOCK_BYTES);
  file.readAll(segment, table.offset(entry) * UNIT_BYTES, page.bytes);
  if (blockSum(page.words, 0, block) === table.sum(entry)) return { ...place, bytes: page.bytes };
  throw new AppError('storage/damaged', { detail: `block ${block} is not what was written` });
}

/** Of the segments of a copy; the first opening is the next one. */
const INCARNATION = 1;

/** Writes a disk into empty files as packed segments: what comes from `neededEntries`, then `finish`. */
export class DiskCopy {
  readonly #outline: DiskOutline;
  /** Of the disk or of a checkpoint, whichever is the largest. */
  readonly #size: number;
  readonly #slots: ManifestSlots;
  readonly #file: LogFile;
  readonly #page: Page;
  readonly #rows: Manifest['segments'][number][] = [];
  #table = this.#newTable();
  #end = SEGMENT_HEAD_BYTES;
  #entries = 0;

  /** @throws RangeError when the files hold something */
  constructor(files: OverlayFiles, outline: DiskOutline, segmentBytes = SEGMENT_BYTES) {
    this.#slots = new ManifestSlots(files.manifests);
    if (files.log.size > 0 || this.#slots.load()) throw new RangeError('there is a disk already');
    this.#outline = outline;
    this.#size = Math.max(...[outline, ...outline.checkpoints].map(({ grownTo }) => grownTo ?? 0), outline.disk.bytes);
    this.#file = new LogFile(files.log, segmentBytes);
    this.#page = new Page(segmentBytes);
  }

  /** @throws RangeError when the disk has no such block; AppError `storage/full`, `storage/unavailable` */
  add({ record, block, sectors, bytes }: DiskEntry): void {
    const { nextRecord } = this.#outline;
    const fits = Number.isInteger(record) && record >= 0 && record < nextRecord && block * BLOCK_BYTES < this.#size;
    if (!fits) throw new RangeError(`record ${record} of block ${block} is not of this disk`);
    const length = bytes ? BLOCK_BYTES : 0;
    if (!this.#hasRoom(length)) this.#writeSegment();
    if (bytes) this.#page.bytes.set(bytes, this.#end);
    const sum = bytes ? blockSum(this.#page.words, this.#end, block) : 0;
    const mark = bytes ? sectors : sectors | ZERO_BLOCK;
    this.#table.add({ record, block, sum, mark, offset: bytes ? this.#end / UNIT_BYTES : 0 });
    this.#end += length;
    this.#entries++;
  }

  /** The disk is there when this returns. @throws RangeError when blocks are missing; AppError as `add` */
  finish(): void {
    const { disk, grownTo, nextRecord, head, checkpoints, entries } = this.#outline;
    if (this.#entries !== entries) throw new RangeError(`${this.#entries} blocks instead of ${entries}`);
    if (this.#table.count > 0) this.#writeSegment();
    this.#file.flush();
    this.#slots.save({
      incarnation: INCARNATION,
      disk,
      segmentBytes: this.#file.segmentBytes,
      firstRecord: nextRecord,
      head: { spans: head, since: nextRecord },
      grownTo,
      checkpoints,
      segments: this.#rows,
    });
  }

  #hasRoom(length: number): boolean {
    const { count } = this.#table;
    return count < MAX_ENTRIES && tableOffset(this.#end + length) + tableBytes(count + 1) <= this.#file.segmentBytes;
  }

  #writeSegment(): void {
    const table = this.#table;
    const { name, count } = table;
    const tableAt = tableOffset(this.#end);
    writeSegmentHead(this.#page, 0, { kind: 'packed', name, firstRecord: 0 });
    this.#page.bytes.fill(0, this.#end, tableAt);
    this.#page.bytes.set(encodeTable(table).bytes, tableAt);
    this.#file.write(this.#rows.length, 0, this.#page.bytes.subarray(0, tableAt + tableBytes(count)));
    this.#rows.push([this.#rows.length, name.incarnation, name.id, tableAt / UNIT_BYTES, count]);
    this.#table = this.#newTable();
    this.#end = SEGMENT_HEAD_BYTES;
  }

  #newTable(): SegmentTable {
    return new SegmentTable({ incarnation: INCARNATION, id: this.#rows.length });
  }
}
