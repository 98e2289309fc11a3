/**
 * Things in an order that the user decides.
 * @returns `list` with its item at `from` put at place `to`; the others close up. Places beyond the ends are the ends.
 */
export function moveTo<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list.slice(from, from + 1);
  return list.toSpliced(from, 1).toSpliced(Math.max(to, 0), 0, ...item);
}
