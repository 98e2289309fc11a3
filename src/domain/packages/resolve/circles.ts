/**
 * Strongly connected components, those without needs first (Tarjan 1972, without recursion over the depth of a call stack
 * of thousands).
 */
export function circlesOf<T>(roots: readonly T[], needsOf: (node: T) => readonly T[]): T[][] {
  const circles: T[][] = [];
  const places = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const lower = (node: T, place: number): void =>
    void lowest.set(node, Math.min(lowest.get(node) ?? Number.POSITIVE_INFINITY, place));
  const enter = (node: T) => {
    places.set(node, places.size);
    lower(node, places.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, needs: [...needsOf(node)], next: 0 };
  };
  const close = (node: T): void => {
    if (lowest.get(node) !== places.get(node)) return;
    const circle = open.splice(open.lastIndexOf(node));
    for (const each of circle) isOpen.delete(each);
    circles.push(circle);
  };
  for (const root of roots) {
    const stack = places.has(root) ? [] : [enter(root)];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const need = frame.needs[frame.next++];
      if (need === undefined) {
        stack.pop();
        close(frame.node);
        const parent = stack.at(-1);
        if (parent) lower(parent.node, lowest.get(frame.node) ?? 0);
      } else if (!places.has(need)) stack.push(enter(need));
      else if (isOpen.has(need)) lower(frame.node, places.get(need) ?? 0);
    }
  }
  return circles;
}
