/** Records of a run, from the first on, up to but not with `to`. */
export type Span = readonly [from: number, to: number];

/**
 * Which records of the log a disk consists of. Records are numbered in the order of writing, across all that was ever
 * written; going back to a checkpoint leaves those after it out, and goes on with new ones.
 */
export interface History {
  /** Ascending, and none of them empty. */
  readonly spans: readonly Span[];
  /** From this record on, all belong to it; Infinity for what goes on no more. */
  readonly since: number;
}

export const EMPTY_HISTORY: History = { spans: [], since: 0 };

/** The records of `history` before `next`: what a checkpoint keeps. */
export function recordsBefore(next: number, { spans, since }: History): readonly Span[] {
  if (next <= since) return spans;
  const last = spans.at(-1);
  return last?.[1] === since ? [...spans.slice(0, -1), [last[0], next]] : [...spans, [since, next]];
}

export function contains({ spans, since }: History, record: number): boolean {
  return record >= since || spans.some(([from, to]) => record >= from && record < to);
}

/** One more than the newest record of `history`, when the next one is `next`: equal where the disk is. */
export function versionOf({ spans, since }: History, next: number): number {
  return next > since ? next : (spans.at(-1)?.[1] ?? 0);
}
