import { AppError } from '../errors/index.ts';
import { alignUp, Page, PAGE_BYTES, UNIT_BYTES } from './form.ts';
import type { LogFile } from './log-file.ts';
import type { Manifest } from './manifest.ts';
import { readRecord } from './record.ts';
import {
  decodeTable,
  encodeTable,
  readSegmentHead,
  SEGMENT_HEAD_BYTES,
  tableBytes,
  tableOffset,
  type SegmentHead,
} from './segment-form.ts';
import { SegmentTable } from './segment-table.ts';
import { Segments } from './segments.ts';

/** A segment that was written since the manifest: where it is, and what its head says. */
interface Found {
  readonly segment: number;
  readonly head: SegmentHead;
}

/** What was read of such a segment. */
interface Replayed extends Found {
  readonly table: SegmentTable;
  /** Where its last whole record ends. */
  readonly end: number;
}

/** What a log holds, and the number of the record that comes next. */
export interface Recovered {
  readonly segments: Segments;
  readonly nextRecord: number;
}

/**
 * Reads what a log holds: the segments that its manifest names, and after them what was written since, up to the last
 * record before which none is missing.
 * @throws AppError `storage/damaged`
 */
export function recover(file: LogFile, manifest: Manifest): Recovered {
  const segments = new Segments();
  for (const [segment, incarnation, id, tableAt, count] of manifest.segments) {
    const page = new Page(tableBytes(count));
    file.readAll(segment, tableAt * UNIT_BYTES, page.bytes);
    const table = decodeTable(page, { incarnation, id }, count);
    if (!table) throw new AppError('storage/damaged', { detail: `segment ${segment} is not what was written` });
    segments.add(segment, table);
    segments.seal(segment, tableAt * UNIT_BYTES);
  }
  return { segments, nextRecord: replay(file, manifest, segments) };
}

/** Adds what was written since the manifest, and seals it: nothing is ever appended behind what a crash has left. */
function replay(file: LogFile, manifest: Manifest, segments: Segments): number {
  const replayed: Replayed[] = [];
  let next = manifest.firstRecord;
  for (const found of newSegments(file, manifest, segments)) {
    const { firstRecord } = found.head;
    if (firstRecord > next) break;
    // A write that failed and yet is there: the segment after it begins with the same record.
    if (firstRecord < next) replayed.forEach(({ table }) => cutBefore(table, firstRecord));
    const table = new SegmentTable(found.head.name);
    const { end, nextRecord } = readRecords(file, found, table);
    replayed.push({ ...found, table, end });
    next = nextRecord;
  }
  for (const each of replayed) if (each.table.count > 0) keep(file, segments, each);
  return next;
}

/** Segments of the log that the manifest does not name, in the order in which they were begun. */
function newSegments(file: LogFile, { incarnation, firstRecord }: Manifest, segments: Segments): Found[] {
  const found: Found[] = [];
  const page = new Page(UNIT_BYTES);
  for (let segment = 0; segment < file.places; segment++) {
    if (segments.sealed.has(segment)) continue;
    page.bytes.fill(0, file.read(segment, 0, page.bytes));
    const head = readSegmentHead(page);
    const isNew = head?.kind === 'log' && head.name.incarnation === incarnation && head.firstRecord >= firstRecord;
    if (isNew) found.push({ segment, head });
  }
  return found.sort((a, b) => a.head.name.id - b.head.name.id);
}

function readRecords(
  file: LogFile,
  { segment, head }: Found,
  table: SegmentTable,
): { readonly end: number; readonly nextRecord: number } {
  const page = new Page(file.segmentBytes);
  page.bytes.fill(0, file.read(segment, 0, page.bytes));
  let end = SEGMENT_HEAD_BYTES;
  for (let record = head.firstRecord; ; record++) {
    const read = (offset: number): number => {
      const length = readRecord(page, offset, { name: head.name, record, offset }, table);
      return length === 0 ? 0 : offset + length;
    };
    // After a flush the next record begins with a page.
    const next = read(end) || read(alignUp(end, PAGE_BYTES));
    if (next === 0) return { end, nextRecord: record };
    end = next;
  }
}

function cutBefore(table: SegmentTable, record: number): void {
  let count = table.count;
  while (count > 0 && table.record(count - 1) >= record) count--;
  table.cut(count);
}

function keep(file: LogFile, segments: Segments, { segment, table, end }: Replayed): void {
  file.write(segment, tableOffset(end), encodeTable(table).bytes);
  segments.add(segment, table);
  segments.seal(segment, tableOffset(end));
}
