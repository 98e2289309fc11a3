/**
 * The middle value; the mean of the two middle ones where their number is even.
 * @throws RangeError without values
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of no values');
  return (lower + upper) / 2;
}

export interface Comparison {
  readonly value: number;
  readonly baseline: number;
  /** The median of value ÷ baseline over pairs of runs that were neighbours in time. */
  readonly ratio: number;
  readonly runs: number;
}

/**
 * Runs two measurements in turn, so that what else the machine does falls on both alike. Who goes first changes from
 * pair to pair.
 * @param ours measures once; both return the same unit
 */
export async function compare(
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
  runs: number,
): Promise<Comparison> {
  const pairs: { value: number; baseline: number }[] = [];
  for (let pair = 0; pair < runs; pair++) {
    pairs.push(pair % 2 === 0 ? await oursFirst(ours, theirs) : await theirsFirst(ours, theirs));
  }
  return {
    value: median(pairs.map(({ value }) => value)),
    baseline: median(pairs.map(({ baseline }) => baseline)),
    ratio: median(pairs.map(({ value, baseline }) => value / baseline)),
    runs,
  };
}

type Measure = () => Promise<number>;

async function oursFirst(ours: Measure, theirs: Measure): Promise<{ value: number; baseline: number }> {
  const value = await ours();
  return { value, baseline: await theirs() };
}

async function theirsFirst(ours: Measure, theirs: Measure): Promise<{ value: number; baseline: number }> {
  const baseline = await theirs();
  return { value: await ours(), baseline };
}
