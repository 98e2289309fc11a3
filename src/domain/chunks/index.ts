/**
 * Arithmetic on chunks: which belong to a range, which requests fetch them, which go when there is no room; and what HTTP
 * says about ranges and conditions. Not here: fetching, storing.
 */
export { chooseRange, chunksOf, type ByteSpan, type RangeChoice } from './byte-range.ts';
export { planEviction, planRemoval, type Evictable, type Eviction } from './eviction.ts';
export {
  checkConditions,
  formatHttpDate,
  parseHttpDate,
  rangeCounts,
  type Conditions,
  type Validators,
} from './preconditions.ts';
export { planSpans, type ChunkSpan, type SpanLimits } from './spans.ts';
