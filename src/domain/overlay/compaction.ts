import { BLOCK_BYTES } from '../disk/index.ts';
import type { DiskContent } from './disk-content.ts';
import { entryOf, MAX_ENTRIES, Page, referTo, segmentOf, UNIT_BYTES, ZERO_BLOCK } from './form.ts';
import type { LogFile } from './log-file.ts';
import { encodeTable, SEGMENT_HEAD_BYTES, tableBytes, tableOffset, writeSegmentHead } from './segment-form.ts';
import { SegmentTable, type SegmentName } from './segment-table.ts';
import type { Segments } from './segments.ts';

/** A segment of which more than this share is needed is left as it is. */
const DENSE = 0.75;

export interface LogParts {
  readonly file: LogFile;
  readonly segments: Segments;
  readonly content: DiskContent;
}

/** What is to be put together anew. */
export interface CompactionPlan {
  /** Segments that nobody needs afterwards. */
  readonly victims: readonly number[];
  /** For each new segment the entries that it takes, in the order of the disk. */
  readonly groups: readonly (readonly number[])[];
}

/** A segment that compaction has written, and the entries that it was made from. */
export interface Packed {
  readonly segment: number;
  readonly table: SegmentTable;
  readonly tableAt: number;
  readonly from: readonly number[];
}

/**
 * Sparse segments whose needed entries, put together, take fewer. Undefined when that would gain nothing.
 * @param budget about how many bytes may be copied; with 0, segments that nobody needs at all
 */
export function planMerge(parts: LogParts, budget: number): CompactionPlan | undefined {
  const { file, segments } = parts;
  const live = (segment: number): number => segments.table(segment).live;
  const sparse = [...segments.sealed.keys()].filter((segment) => live(segment) < DENSE * file.segmentBytes);
  const victims: number[] = [];
  let bytes = 0;
  for (const segment of sparse.toSorted((a, b) => live(a) - live(b))) {
    if (victims.length > 0 && bytes + live(segment) > budget) break;
    victims.push(segment);
    bytes += live(segment);
  }
  const plan = planOf(parts, victims);
  return plan.groups.length < victims.length ? plan : undefined;
}

/**
 * Segments that lie further back than they would if they lay side by side, to be moved into the gaps before them, so that
 * the file can be cut. Undefined when there are none.
 */
export function planMove(parts: LogParts, budget: number): CompactionPlan | undefined {
  const { file, segments } = parts;
  const stranded = [...segments.sealed.keys()].filter((segment) => segment >= segments.count);
  const victims = stranded.slice(0, Math.max(1, Math.floor(budget / file.segmentBytes)));
  return victims.length > 0 ? planOf(parts, victims) : undefined;
}

/** Writes the new segments, beside the old ones; their places are reserved. */
export function pack(parts: LogParts, plan: CompactionPlan, newName: () => SegmentName): Packed[] {
  return plan.groups.map((group) => packGroup(parts, group, newName()));
}

/** Puts the new segments into the place of the old ones. */
export function adopt({ segments, content }: LogParts, packed: readonly Packed[], victims: readonly number[]): void {
  for (const { segment, table, tableAt, from } of packed) {
    segments.add(segment, table);
    segments.seal(segment, tableAt);
    for (const [entry, old] of from.entries()) content.move(old, referTo(segment, entry));
  }
  for (const victim of victims) segments.drop(victim);
}

function planOf(parts: LogParts, victims: readonly number[]): CompactionPlan {
  const { segments } = parts;
  const needed = victims.flatMap((segment) => neededIn(parts, segment));
  const block = (reference: number): number => segments.table(segmentOf(reference)).block(entryOf(reference));
  const sorted = needed.toSorted((a, b) => block(a) - block(b));
  return { victims, groups: grouped(parts, sorted) };
}

function neededIn({ segments, content }: LogParts, segment: number): number[] {
  const references = Array.from({ length: segments.table(segment).count }, (_, entry) => referTo(segment, entry));
  return references.filter((reference) => content.needs(reference));
}

/** Cuts a list of entries into as many as fit into a segment. */
function grouped(parts: LogParts, references: readonly number[]): number[][] {
  const groups: number[][] = [];
  let group: number[] = [];
  let end = SEGMENT_HEAD_BYTES;
  for (const reference of references) {
    const bytes = bytesOf(parts.segments, reference);
    const full = tableOffset(end + bytes) + tableBytes(group.length + 1) > parts.file.segmentBytes;
    if (full || group.length === MAX_ENTRIES) {
      groups.push(group);
      group = [];
      end = SEGMENT_HEAD_BYTES;
    }
    group.push(reference);
    end += bytes;
  }
  return group.length > 0 ? [...groups, group] : groups;
}

function packGroup({ file, segments }: LogParts, group: readonly number[], name: SegmentName): Packed {
  const table = new SegmentTable(name);
  const page = new Page(file.segmentBytes);
  let end = SEGMENT_HEAD_BYTES;
  for (const reference of group) {
    const [from, entry] = [segments.table(segmentOf(reference)), entryOf(reference)];
    const bytes = bytesOf(segments, reference);
    // As they are: should they be damaged, their sum goes on saying so.
    if (bytes > 0)
      file.readAll(segmentOf(reference), from.offset(entry) * UNIT_BYTES, page.bytes.subarray(end, end + bytes));
    const offset = bytes > 0 ? end / UNIT_BYTES : 0;
    table.add({
      record: from.record(entry),
      block: from.block(entry),
      sum: from.sum(entry),
      mark: from.mark(entry),
      offset,
    });
    end += bytes;
  }
  const tableAt = tableOffset(end);
  writeSegmentHead(page, 0, { kind: 'packed', name, firstRecord: 0 });
  page.bytes.set(encodeTable(table).bytes, tableAt);
  const segment = segments.freePlace();
  segments.reserve(segment);
  file.write(segment, 0, page.bytes.subarray(0, tableAt + tableBytes(table.count)));
  return { segment, table, tableAt, from: group };
}

function bytesOf(segments: Segments, reference: number): number {
  return (segments.table(segmentOf(reference)).mark(entryOf(reference)) & ZERO_BLOCK) === 0 ? BLOCK_BYTES : 0;
}
