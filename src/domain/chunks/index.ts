/** Arithmetic on chunks: which belong to a range, which requests fetch them. Not here: fetching. */
export { planSpans, type ChunkSpan, type SpanLimits } from './spans.ts';
