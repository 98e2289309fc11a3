import { AppError } from '../errors/index.ts';
import type { MergedEntry } from './merge.ts';

/**
 * The container of this manifest's digest, or the highest version of this id.
 * @param entries as `mergeCatalogs` orders them
 * @throws AppError `container/not-found`, `container/ambiguous` when sources offer different bytes under that name
 */
export function pickEntry<T extends Pick<MergedEntry, 'entry' | 'conflicts'>>(entries: readonly T[], ref: string): T {
  const exact = entries.find(({ entry }) => entry.manifest.digest === ref);
  if (exact) return exact;
  const highest = entries.find(({ entry }) => entry.id === ref);
  if (!highest) throw new AppError('container/not-found', { ref });
  const count = highest.conflicts.length + 1;
  if (count > 1) throw new AppError('container/ambiguous', { ref, count });
  return highest;
}
