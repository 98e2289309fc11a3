import { alignUp, ENTRY_BYTES, MAX_ENTRIES, PAGE_BYTES, UNIT_BYTES, Page } from './form.ts';
import { FRAME_BYTES, isSameName, isWhole, peek, seal } from './frame.ts';
import { SegmentTable, type SegmentKind, type SegmentName } from './segment-table.ts';

/** Bytes of a segment before its first record or block. */
export const SEGMENT_HEAD_BYTES = UNIT_BYTES;

const KINDS: readonly SegmentKind[] = ['log', 'packed'];

export interface SegmentHead {
  readonly kind: SegmentKind;
  readonly name: SegmentName;
  /** The first record of a segment of the log. */
  readonly firstRecord: number;
}

export function writeSegmentHead(page: Page, at: number, { kind, name, firstRecord }: SegmentHead): void {
  page.bytes.fill(0, at, at + SEGMENT_HEAD_BYTES);
  seal(page, at, 0, { type: 'segment', name, count: KINDS.indexOf(kind), record: firstRecord, offset: 0 });
}

export function readSegmentHead(page: Page): SegmentHead | undefined {
  const frame = peek(page, 0, 'segment');
  const kind = frame && KINDS[frame.count];
  if (!kind || !isWhole(page, 0, 0)) return undefined;
  return { kind, name: frame.name, firstRecord: frame.record };
}

/** Bytes of a table as it is written behind a segment's content. */
export function tableBytes(entries: number): number {
  return alignUp(FRAME_BYTES + entries * ENTRY_BYTES, UNIT_BYTES);
}

/** Where the table of a segment is written whose content ends at `end`: it shares no page with it. */
export function tableOffset(end: number): number {
  return alignUp(end, PAGE_BYTES);
}

export function encodeTable(table: SegmentTable): Page {
  const page = new Page(tableBytes(table.count));
  table.writeTo(page.bytes.subarray(FRAME_BYTES));
  const frame = { type: 'table', name: table.name, count: table.count, record: 0, offset: 0 } as const;
  seal(page, 0, table.count * ENTRY_BYTES, frame);
  return page;
}

/** The table of `name`, or undefined when these bytes are not it. */
export function decodeTable(page: Page, name: SegmentName, count: number): SegmentTable | undefined {
  const frame = peek(page, 0, 'table');
  if (!frame || frame.count !== count || count > MAX_ENTRIES || !isSameName(frame.name, name)) return undefined;
  if (!isWhole(page, 0, count * ENTRY_BYTES)) return undefined;
  return SegmentTable.of(name, page.bytes.subarray(FRAME_BYTES, FRAME_BYTES + count * ENTRY_BYTES));
}
