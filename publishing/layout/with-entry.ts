import type { CatalogEntry } from '#domain/container/index.ts';

/**
 * Entries with one more. The same id and version is replaced where it stands; a new version of an id comes before the
 * older ones, so that who asks for the id gets it.
 * @param alone the other versions of its id go
 */
export function withEntry(
  entries: readonly CatalogEntry[],
  entry: CatalogEntry,
  { alone }: { readonly alone: boolean },
): readonly CatalogEntry[] {
  const isSame = ({ id, version }: CatalogEntry): boolean => id === entry.id && (alone || version === entry.version);
  const same = entries.findIndex(isSame);
  const first = same === -1 ? entries.findIndex(({ id }) => id === entry.id) : same;
  const at = first === -1 ? entries.length : first;
  return [...entries.slice(0, at), entry, ...entries.slice(at)].filter((each) => each === entry || !isSame(each));
}
