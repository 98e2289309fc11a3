import type { Digest } from '../container/index.ts';

/** A container that takes room on a device. */
export interface Evictable {
  readonly digest: Digest;
  /** When it was last used; any clock that only goes forwards. */
  readonly usedAt: number;
  /** The user wants it to stay. */
  readonly pinned: boolean;
  /** A machine, or whoever asks for room, needs it. */
  readonly needed: boolean;
  /** Digests of what it has here, and the bytes of each. */
  readonly pieces: ReadonlyMap<Digest, number>;
}

/** Which containers are to go, and which pieces with them. */
export interface Eviction {
  readonly containers: readonly Digest[];
  /** What none of those that stay has. */
  readonly pieces: readonly Digest[];
  /** Bytes of `pieces`. */
  readonly bytes: number;
}

/**
 * Plans which containers make room for `bytes`: the least recently used first, never one that is pinned or needed, and no
 * more than it takes. Pieces that others share stay, so a container alone may free less than it has.
 */
export function planEviction(rows: readonly Evictable[], bytes: number): Eviction {
  const candidates = rows.filter(({ pinned, needed }) => !pinned && !needed).toSorted((a, b) => a.usedAt - b.usedAt);
  let plan: Eviction = { containers: [], pieces: [], bytes: 0 };
  for (let count = 1; count <= candidates.length && plan.bytes < bytes; count++) {
    plan = planRemoval(rows, new Set(candidates.slice(0, count).map(({ digest }) => digest)));
  }
  return plan;
}

/** What goes when the containers `gone` go: all that no other has. */
export function planRemoval(rows: readonly Evictable[], gone: ReadonlySet<Digest>): Eviction {
  const kept = new Set(rows.filter(({ digest }) => !gone.has(digest)).flatMap(({ pieces }) => [...pieces.keys()]));
  const going = rows.filter(({ digest }) => gone.has(digest)).flatMap(({ pieces }) => [...pieces]);
  const pieces = new Map(going.filter(([digest]) => !kept.has(digest)));
  const bytes = [...pieces.values()].reduce((sum, each) => sum + each, 0);
  return {
    containers: rows.flatMap(({ digest }) => (gone.has(digest) ? [digest] : [])),
    pieces: [...pieces.keys()],
    bytes,
  };
}
