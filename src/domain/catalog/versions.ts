/**
 * Which version is higher: numbers within it count as numbers, the rest by code units.
 * @returns negative when `a` is lower, positive when it is higher, 0 when they are the same text
 */
export function compareVersions(a: string, b: string): number {
  const [mine, theirs] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
    const order = comparePart(mine[i] ?? '', theirs[i] ?? '');
    if (order !== 0) return order;
  }
  // 1.01 and 1.1 count the same; an order is needed all the same.
  return compareText(a, b);
}

function partsOf(version: string): readonly string[] {
  return version.match(/\d+|\D+/g) ?? [];
}

function comparePart(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareText(a, b);
  const [mine, theirs] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  // They may be longer than a number can count.
  return mine.length - theirs.length || compareText(mine, theirs);
}

/** By code units: the same everywhere, whatever the language of the browser. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
