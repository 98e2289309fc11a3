import type { ChunkRecord } from '../container/index.ts';

/** A run of neighbouring chunks that one Range request fetches. */
export interface ChunkSpan {
  /** First byte in the compressed blob. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** The wanted chunks in it, ascending. */
  readonly indexes: readonly number[];
}

export interface SpanLimits {
  /** Bytes that may be fetched unwanted between two wanted chunks, rather than asking twice. */
  readonly maxGap: number;
  /** Most bytes of one request; a single larger chunk still makes a span. */
  readonly maxLength: number;
  /** Most chunks of one request: a few bytes can hold many chunks, which have to be held when they are unpacked. */
  readonly maxChunks: number;
}

/**
 * Plans the requests for `wanted` chunks: every wanted chunk that has bytes is in exactly one span,
 * spans ascend and do not overlap. Chunks of zeros need none.
 */
export function planSpans(records: readonly ChunkRecord[], wanted: Iterable<number>, limits: SpanLimits): ChunkSpan[] {
  const spans: { offset: number; length: number; indexes: number[] }[] = [];
  for (const index of [...new Set(wanted)].toSorted((a, b) => a - b)) {
    const record = records[index];
    if (!record || record.compressedLength === 0) continue;
    const last = spans.at(-1);
    const end = record.offset + record.compressedLength;
    if (last && fits(last, record, limits)) {
      last.length = end - last.offset;
      last.indexes.push(index);
    } else {
      spans.push({ offset: record.offset, length: record.compressedLength, indexes: [index] });
    }
  }
  return spans;
}

function fits(span: ChunkSpan, record: ChunkRecord, { maxGap, maxLength, maxChunks }: SpanLimits): boolean {
  const gap = record.offset - (span.offset + span.length);
  const length = record.offset + record.compressedLength - span.offset;
  return gap <= maxGap && length <= maxLength && span.indexes.length < maxChunks;
}
