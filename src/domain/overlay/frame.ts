import { alignUp, type Page } from './form.ts';
import type { SegmentName } from './segment-table.ts';
import { xxh32 } from './xxh32.ts';

/** Bytes before the content of a frame. */
export const FRAME_BYTES = 32;
/** Frames are summed in whole stripes of the checksum. */
const STRIPE_BYTES = 16;
const SUM_AT = 28;

/** What a frame is: four letters, as they stand on the device. */
const FRAME = { segment: 'PTLS', record: 'PTLR', table: 'PTLT' } as const;

/** The beginning of everything in a log but blocks' bytes: what it is, where it belongs, and a sum over all of it. */
export interface Frame {
  readonly type: keyof typeof FRAME;
  readonly name: SegmentName;
  /** Of a segment its kind, else the number of entries. */
  readonly count: number;
  /** Of a segment the first record, of a record its number. */
  readonly record: number;
  /** Of a record, its own place in the segment, in units. */
  readonly offset: number;
}

/**
 * Writes a frame around the content that lies at `at + FRAME_BYTES`; what follows it up to a whole stripe must be zeros.
 * @param at a multiple of 16
 */
export function seal(page: Page, at: number, contentBytes: number, frame: Frame): void {
  const { view } = page;
  for (let i = 0; i < 4; i++) view.setUint8(at + i, FRAME[frame.type].charCodeAt(i));
  view.setUint32(at + 4, frame.count, true);
  view.setUint32(at + 8, frame.name.incarnation, true);
  view.setUint32(at + 12, frame.name.id, true);
  view.setFloat64(at + 16, frame.record, true);
  view.setUint32(at + 24, frame.offset, true);
  view.setUint32(at + SUM_AT, 0, true);
  view.setUint32(at + SUM_AT, sumOf(page, at, contentBytes), true);
}

/** The frame at `at`, if there is one of this type; its sum is not looked at. */
export function peek(page: Page, at: number, type: Frame['type']): Frame | undefined {
  if (at + FRAME_BYTES > page.bytes.length) return undefined;
  const { view } = page;
  for (let i = 0; i < 4; i++) if (view.getUint8(at + i) !== FRAME[type].charCodeAt(i)) return undefined;
  return {
    type,
    count: view.getUint32(at + 4, true),
    name: { incarnation: view.getUint32(at + 8, true), id: view.getUint32(at + 12, true) },
    record: view.getFloat64(at + 16, true),
    offset: view.getUint32(at + 24, true),
  };
}

/** True when the frame at `at` and its content are what was written. */
export function isWhole(page: Page, at: number, contentBytes: number): boolean {
  if (at + alignUp(FRAME_BYTES + contentBytes, STRIPE_BYTES) > page.bytes.length) return false;
  const sum = page.view.getUint32(at + SUM_AT, true);
  page.view.setUint32(at + SUM_AT, 0, true);
  const actual = sumOf(page, at, contentBytes);
  page.view.setUint32(at + SUM_AT, sum, true);
  return actual === sum;
}

export function isSameName(a: SegmentName, b: SegmentName): boolean {
  return a.incarnation === b.incarnation && a.id === b.id;
}

function sumOf({ words }: Page, at: number, contentBytes: number): number {
  return xxh32(words, at / 4, (at + alignUp(FRAME_BYTES + contentBytes, STRIPE_BYTES)) / 4, 0);
}
